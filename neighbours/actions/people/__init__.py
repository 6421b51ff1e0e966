"""Writes about people: joining, being confirmed, signing in, one's own details, what a host decides."""
