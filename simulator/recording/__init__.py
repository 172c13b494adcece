"""The call folder: write as it happens, recover after a crash, read."""
