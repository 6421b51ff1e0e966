"""Nobody learns where somebody lives: proved on the real application. What is proved stands in docs/privacy.md."""
