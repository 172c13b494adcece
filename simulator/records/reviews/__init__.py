"""Reviews of filed calls: ratings, overrides, appeals, agreement between raters, and what stands."""
