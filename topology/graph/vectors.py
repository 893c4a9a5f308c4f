"""How many numbers the vectors of an entity have: the graph's indexes and the models must agree on it."""

OWN_WIDTH = 384
"""Numbers in an entity's own vector, which the sentence encoder makes of its name and type."""

CONTEXT_WIDTH = 128
"""Numbers in an entity's context vector, which the link model makes of its neighbourhood in the graph as well."""
