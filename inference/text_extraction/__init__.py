"""The client of the Triton model `text_extraction`, and what makes documents of its answers."""
