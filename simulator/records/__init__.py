"""Records: certificates that can be checked anywhere, and archives of calls scored again."""
