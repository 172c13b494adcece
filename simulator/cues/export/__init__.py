"""A measurement as a file: JSON, annotation tiers, a picture."""
