"""Relations between a name in a text and an object in its picture: the model's inputs and client. Needs no torch."""
