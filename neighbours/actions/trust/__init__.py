"""Writes about trust: blocking somebody, telling of a problem, what is held until somebody has looked."""
