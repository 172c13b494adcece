"""A call as the score looks at it, made from its log, measurement and facts."""
