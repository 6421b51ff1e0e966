"""Pages of conversations: all of mine, one of them, and how one begins."""
