"""Training of the served link model on the project's own graph."""
