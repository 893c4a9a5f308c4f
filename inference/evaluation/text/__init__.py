"""Reports about text."""
