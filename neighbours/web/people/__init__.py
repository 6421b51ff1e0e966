"""Pages of people: joining, signing in, one's own account, the host's desk."""
