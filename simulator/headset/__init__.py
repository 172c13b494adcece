"""Adapters: sounddevice, replay of a scripted trainee or a recording, and the loop that runs a call."""
