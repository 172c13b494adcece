"""The database: tables, how it is opened and brought up to date, and the log that shows what was changed."""
