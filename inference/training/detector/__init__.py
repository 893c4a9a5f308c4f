"""Training of an object detector of one's own pictures."""
