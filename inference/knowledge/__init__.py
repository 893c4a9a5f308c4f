"""Background knowledge: facts about named entities, from memory, a file or a SPARQL endpoint."""
