"""Corrections by editors: how they are sent (`sending`), and the stage that passes them on to where they act (`stage`).

The sink keeps what is corrected in facts and happenings (`streams.sink.corrections`), the registry what is corrected in
names and Wikidata ids (`streams.entities.corrected`).
"""
