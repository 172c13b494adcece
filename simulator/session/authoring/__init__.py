"""A site's own scenarios and rubrics: checked, drafted, tried by typing, rehearsed and published."""
