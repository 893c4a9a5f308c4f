"""The graph: its names, its schema, the connection to it, and snapshots to compare graphs by."""
