"""Certificates: who gets one, how it is signed, and how others check it."""
