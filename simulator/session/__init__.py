"""Puts a call together and runs it: the one loop, rehearsal, retry, difficulty. All that shows calls builds on it."""
