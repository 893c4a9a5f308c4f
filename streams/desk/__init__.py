"""Reading the graph: what holds, what held, what was suggested, and the sentence or picture behind it."""
