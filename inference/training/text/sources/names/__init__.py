"""Names for the slots of patterns: wide lists of all continents, and a grammar that puts more of them together."""
