"""Training of the session model, and of what it is compared with."""
