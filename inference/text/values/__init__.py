"""Dates and quantities: found in text and normalised."""
