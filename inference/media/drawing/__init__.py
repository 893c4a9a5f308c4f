"""Pictures with what was seen in them drawn onto them."""
