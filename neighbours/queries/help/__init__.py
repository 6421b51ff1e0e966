"""Reads about help: what is nearby, one's own, one request, one offer, one agreement."""
