"""Forms of joining, signing in, the account: questions, their words, what to say when an answer cannot be taken."""
