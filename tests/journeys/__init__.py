"""Journeys: whole stories through the pages, by HTTP on both engines and in a browser."""
