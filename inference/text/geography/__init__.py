"""What is known of well-known places: where they are, and which of several places of one name is meant."""
