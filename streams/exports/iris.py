"""The IRIs of an export: ours begin with a base that the settings name, the others are standards'."""

import re
from collections.abc import Mapping
from urllib.parse import quote

VOCABULARY = "urn:triplewire:vocabulary#"
"""Namespace of our own classes and properties; docs/exports.md lists them."""

STANDARDS: Mapping[str, str] = {
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "tw": VOCABULARY,
    "wd": "http://www.wikidata.org/entity/",
    "wdt": "http://www.wikidata.org/prop/direct/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

OURS = ("article", "entity", "evidence", "fact", "media", "model", "relation", "story", "type", "value")
"""What has IRIs of its own; each kind is a folder under the base."""

# What an IRI may consist of (RFC 3987), and its scheme (RFC 3986).
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+", re.IGNORECASE)
_WIKIDATA_ITEM = re.compile(r"Q[1-9][0-9]*", re.ASCII)
_WIKIDATA_PROPERTY = re.compile(r"P[1-9][0-9]*", re.ASCII)


class BaseError(ValueError):
    """A text cannot be the base of IRIs."""


class Iris:
    """Makes the IRIs of one export."""

    def __init__(self, base: str) -> None:
        """Checks the base.

        Args:
            base: What our IRIs begin with, an absolute IRI that ends in `/`, `#` or `:`.

        Raises:
            BaseError: It is none.
        """
        if not _IRI.fullmatch(base) or base[-1] not in "/#:":
            raise BaseError(
                f"TRIPLEWIRE_EXPORT_BASE is {base!r}; write an absolute IRI that ends in /, # or :, "
                "such as https://example.org/graph/"
            )
        if base.partition(":")[0].lower() in {*STANDARDS, *OURS}:
            raise BaseError(f"TRIPLEWIRE_EXPORT_BASE is {base!r}, which begins with a prefix of the export")
        self.namespaces: Mapping[str, str] = {**STANDARDS, **{kind: f"{base}{kind}/" for kind in OURS}}

    def of(self, kind: str, *parts: str) -> str:
        """Returns the IRI of something of ours; no two ids have the same one, whatever characters they consist of."""
        return self.namespaces[kind] + "/".join(quote(part, safe="") for part in parts)

    def known(self, prefixed: str) -> str:
        """Returns the IRI of a standard's term: `prov:Entity`."""
        prefix, _, name = prefixed.partition(":")
        return self.namespaces[prefix] + name

    def relation(self, property_: str) -> str:
        """Returns the IRI of a relation: Wikidata's, or one of ours where it is no property of Wikidata."""
        if _WIKIDATA_PROPERTY.fullmatch(property_):
            return self.known(f"wdt:{property_}")
        return self.of("relation", property_)

    def item(self, wikidata: str | None) -> str | None:
        """Returns the IRI of a Wikidata item; None if the id is no item's."""
        return self.known(f"wd:{wikidata}") if wikidata and _WIKIDATA_ITEM.fullmatch(wikidata) else None
