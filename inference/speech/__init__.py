"""What can be heard: sound into text with times."""
