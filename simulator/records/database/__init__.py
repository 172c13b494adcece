"""The database: its tables, how it is opened, and the log that shows every change."""
