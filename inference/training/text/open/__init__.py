"""The head for relations that are described and never trained."""
