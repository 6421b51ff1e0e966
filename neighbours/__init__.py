"""Neighbours: people of one local area ask for help and give it. The floors are described in docs/decisions."""
