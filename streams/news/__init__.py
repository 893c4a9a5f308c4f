"""From an article to its triples."""
