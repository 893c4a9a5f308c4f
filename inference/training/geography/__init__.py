"""Makes the tables of places that the service reads."""
