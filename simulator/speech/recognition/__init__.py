"""Adapters: recognizers of speech and voice activity."""
