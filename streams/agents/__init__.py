"""The desk for agents: tools of the Model Context Protocol that only read."""
