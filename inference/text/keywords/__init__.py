"""What a text is about, by how rare its terms are."""
