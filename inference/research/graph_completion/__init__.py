"""Training of the models that rank what a knowledge graph does not say yet."""
