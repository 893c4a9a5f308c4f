"""Speech recognition: sound into text with times."""
