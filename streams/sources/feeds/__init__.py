"""Feeds that publishers offer: RSS, RDF, Atom, JSON Feed, ninjs and NewsML-G2, as they are and not as they should be.

`reader` is where to start: bytes become text (`unpack`, `charset`), text becomes tokens (`streams.sources.tokens`),
tokens become entries (`tree`, `xml_entries`), and entries become articles (`records`, `identity`, `articles`).
"""
