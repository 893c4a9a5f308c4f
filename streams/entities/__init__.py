"""Which names mean one entity, and which Wikidata item it is: the registry, its rules and the linking.

Reading order: `registry` (what is decided), `rules` (when), `memory` (from what), `stage` (on which messages).
"""
