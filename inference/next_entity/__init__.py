"""Stories as sessions of entities: what a story has named so far, what earlier ones named, and what is likely next."""
