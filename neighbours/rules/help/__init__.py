"""Rules about help: what a request or an offer is, when, of which kind, why it is shown and how much of it."""
