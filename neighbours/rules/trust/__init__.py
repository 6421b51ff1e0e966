"""Rules of trust: what may be told as a problem, and who looks at it."""
