"""Reads about people: one's own details and sign-ins, and the host's desk."""
