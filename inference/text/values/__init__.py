"""Dates and quantities, normalised."""
