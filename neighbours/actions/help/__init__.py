"""Writes about help: asking and offering, "I can help", yes please, the agreement, its address and its thanks."""
