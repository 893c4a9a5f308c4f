"""Text extraction: the client of the Triton model `text_extraction`, and from its answers to mentions and relations."""
