"""Renders a verdict; computes nothing."""
