"""Documentation pages that are generated from code."""
