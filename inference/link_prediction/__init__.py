"""The graph that learns: what its entities have to do with each other beyond what was reported."""
