"""What a closer look at one thing asks: the names of an entity, the parts of a happening, one statement."""
