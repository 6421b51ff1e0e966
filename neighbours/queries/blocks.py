"""Blocks as pages read them: the condition of every list and every page, and whom one blocked."""

from neighbours.database import are_apart, not_apart_from_me, not_blocked

__all__ = ["are_apart", "not_apart_from_me", "not_blocked"]
