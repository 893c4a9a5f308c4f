"""How the frozen sentence encoder becomes what Triton serves."""
