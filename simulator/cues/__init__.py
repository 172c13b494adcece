"""What the voice did, measured with numpy: one phenomenon a module."""
