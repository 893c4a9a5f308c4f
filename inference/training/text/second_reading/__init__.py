"""The second reading: pairs that may be related are read once more, each with its two names marked in the text."""
