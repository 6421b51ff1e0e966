"""Reads about trust: whom one meets somewhere, whom one blocked, what was told."""
