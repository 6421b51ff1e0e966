"""Reads about places: areas as everybody may see them, and the address register."""
