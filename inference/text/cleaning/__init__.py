"""What a model reads of a text as it was sent. Everything here keeps the text's length, so that offsets stay valid."""
