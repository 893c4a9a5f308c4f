"""Erasing articles and media items for good, with whatever only they supported."""
