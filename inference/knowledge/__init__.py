"""What is known of the things that a text names: a neighbourhood of facts, from a graph, a file or a SPARQL address."""
