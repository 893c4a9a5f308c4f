"""Pictures annotated by looking, after docs/annotation-pictures.md: labels here, the rest in the data folder."""
