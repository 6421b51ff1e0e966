"""Writes of conversations: begun, written, read, and emptied when their time is over."""
