"""The way to a Triton server: connection, errors, the signatures of its models."""
