"""Commands for who writes scenarios and rubrics: list, show, check, rehearse."""
