"""Small texts, each of one kind of difficulty."""
