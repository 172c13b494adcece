"""Filed calls, people and teams as tables."""
