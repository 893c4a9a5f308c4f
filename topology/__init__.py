"""What runs where: settings, topics, ontology and graph schema that all rooms share, and the command line.

Reading order: `settings`, `topics`, `ontology`, `graph`, `local` (the embedded stack), `cli`.
"""
