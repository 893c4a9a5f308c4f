"""Vectors of texts from the frozen sentence encoder."""
