"""What only a real browser shows: sizes, focus, paper, maps, and what happens on Back."""
