"""The natural voice: Kokoro, its phonemes, and packs of rendered lines."""
