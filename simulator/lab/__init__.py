"""The web: pages and frames for calls in a browser. It decides nothing about calls or scores."""
