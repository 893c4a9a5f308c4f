"""The names of the headers that a dead letter adds to a record."""

PREFIX = "__streams.errors."
"""Begins each of these names."""
