"""The pictures and texts that RelFormer trains on."""
