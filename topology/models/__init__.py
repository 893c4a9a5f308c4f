"""The model repository: its content, public weights, and TensorRT plans."""
