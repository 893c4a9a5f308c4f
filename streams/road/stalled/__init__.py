"""Whether a consumer hangs."""
