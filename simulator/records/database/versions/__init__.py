"""The steps from one form of the database to the next, oldest first; a step that was published is never edited."""
