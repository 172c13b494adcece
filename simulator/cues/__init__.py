"""What the voice did, measured with numpy."""
