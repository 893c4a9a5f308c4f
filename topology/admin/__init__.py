"""Creates and checks topics on the broker."""
