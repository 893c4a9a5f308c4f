"""Talking to a Triton server: connection, errors, model signatures, and code that version folders share."""
