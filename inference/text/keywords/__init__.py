"""Keywords: a text's terms, weighed by how rare they are."""
