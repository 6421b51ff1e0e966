"""Reads: one function answers what one page shows, in Core rows. Nothing here writes."""
