"""The live call, pure: floor, turn end, interruption, silence, engine."""
