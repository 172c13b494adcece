"""Seals of certification calls, signed heads of the log, and the bytes that are signed."""
