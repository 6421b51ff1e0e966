"""What things cost, each beside something measured in the same run: `make bench` writes docs/performance.md.

Nothing here is collected as a test: the suite counts statements and bytes, and time is told here as ratios.
"""
