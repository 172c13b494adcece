"""Guidance, rubric, evidence, verdict."""
