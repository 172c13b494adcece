"""Archives of calls scored again: on this machine or a cluster, and the result for other programs."""
