"""Stories as sessions of entities: from the entities that a story has named, predicts the next one."""
