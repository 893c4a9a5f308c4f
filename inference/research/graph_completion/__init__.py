"""The multimodal graph paper: models that complete a knowledge graph, their data and their report."""
