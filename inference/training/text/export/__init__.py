"""From a checkpoint to what Triton loads, and to the model card."""
