"""Wikidata ids of names, from tables: what ships with the project and what a user adds. Lookups only, no network."""
