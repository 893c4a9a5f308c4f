"""Which language a text has, and its words and sentences."""
