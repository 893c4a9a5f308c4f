"""Names: full and short forms, places, institutions, countries, bylines and captions."""
