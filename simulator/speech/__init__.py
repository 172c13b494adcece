"""Adapters: recognizers and their models, voice activity, voices."""
