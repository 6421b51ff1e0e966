"""Writes: one function is one use case, one transaction and one Step row. The only floor that writes."""
