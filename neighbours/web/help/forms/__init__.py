"""Forms of help: the questions of a page, their words, and what to say when an answer cannot be taken."""
