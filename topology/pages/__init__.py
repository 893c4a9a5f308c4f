"""Documentation pages that are written from code."""
