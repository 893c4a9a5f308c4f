"""Entity resolution: which names mean the same entity, and which Wikidata item it is.

Reading order: `registry` (what is decided), `merging_rules` (how), `memory` (from which observations), `stage` (on
which messages). `linker` looks up Wikidata ids in the background.
"""
