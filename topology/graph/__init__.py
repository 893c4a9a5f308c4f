"""The graph: its names, its schema, how to reach it, and how to look at all of it at once."""
