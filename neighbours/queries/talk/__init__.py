"""Reads of conversations: all of mine, one of them with its messages, what is new in it."""
