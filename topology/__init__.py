"""What runs where: the names, addresses and shapes that every other room agrees on, and the command line.

Reading order: `settings`, `topics`, `ontology`, `graph`, `local` (the embedded stack), `cli`.
"""
