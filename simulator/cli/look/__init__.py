"""Commands to look at a call that was taken: its score, report, picture, export."""
