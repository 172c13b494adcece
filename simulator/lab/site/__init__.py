"""The room for a site: accounts, seats for many, the instructor's pages."""
