"""The news stage: from an article to its document and triples. See docs/architecture.md, "The way of an article"."""
