"""News annotated by reading, after docs/annotation.md: labels here, texts in the data folder."""
