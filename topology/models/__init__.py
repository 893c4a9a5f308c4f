"""The model repository: what is in it, what can be pulled, what a GPU host compiles."""
