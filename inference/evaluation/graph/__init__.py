"""Reports about the graph: contradictions and suggestions."""
