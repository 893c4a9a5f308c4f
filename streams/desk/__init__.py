"""Reads the graph for people: what holds, what held, what is suggested, and the sentence or picture behind it."""
