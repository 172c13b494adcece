"""From samples to tracks: frames, level, pitch, speech activity and voice quality."""
