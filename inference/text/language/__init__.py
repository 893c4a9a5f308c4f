"""The language of a text, and its words and sentences."""
