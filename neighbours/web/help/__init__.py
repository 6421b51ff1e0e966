"""Pages of help: asking, offering, what is nearby, replies and agreements."""
