"""The rules a rubric can name: one small pure function of a case each, with its parameters as data."""
