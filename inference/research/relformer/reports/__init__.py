"""RelFormer's reports."""
