"""The graph as files in standard formats: RDF and property graphs, page by page, whatever its size."""
