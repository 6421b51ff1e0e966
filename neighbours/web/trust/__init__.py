"""Pages of trust: block somebody, tell of a problem, look at what was told."""
