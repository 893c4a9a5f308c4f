"""Looking names up at a SPARQL address, beside the stream: nothing waits for it and nothing fails with it."""
