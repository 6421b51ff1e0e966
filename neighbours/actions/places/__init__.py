"""Writes about places: areas and registers come in, cells are cut, and what is near is kept ready."""
