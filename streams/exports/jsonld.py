"""RDF as JSON-LD 1.1: one document with its context inside, and a line for each resource."""

from typing import Any, TextIO

import orjson

from streams.exports.iris import Iris
from streams.exports.rdf import Describer, Iri, Term
from streams.exports.records import Record
from streams.exports.turtle import Prefixes


class JsonLdWriter:
    """Writes records as JSON-LD."""

    def __init__(self, out: TextIO, iris: Iris) -> None:
        """Writes the context."""
        self._out = out
        self._describer = Describer(iris)
        self._prefixes = Prefixes(iris.namespaces)
        self._type = iris.known("rdf:type")
        self._first = True
        context = orjson.dumps(dict(iris.namespaces), option=orjson.OPT_SORT_KEYS).decode()
        out.write(f'{{"@context": {context},\n"@graph": [')

    def write(self, record: Record) -> None:
        """Writes a record."""
        for description in self._describer.describe(record):
            node: dict[str, Any] = {"@id": self._iri(description.subject)}
            for property_, values in description.said:
                is_type = property_.value == self._type
                given = [self._iri(v) if is_type and isinstance(v, Iri) else self._value(v) for v in values]
                node["@type" if is_type else self._iri(property_)] = given[0] if len(given) == 1 else given
            self._out.write(f"{'' if self._first else ','}\n{orjson.dumps(node).decode()}")
            self._first = False

    def close(self) -> None:
        """Ends the document."""
        self._out.write("\n]}\n")

    def _iri(self, iri: Iri) -> str:
        return self._prefixes.short(iri.value) or iri.value

    def _value(self, term: Term) -> Any:
        if isinstance(term, Iri):
            return {"@id": self._iri(term)}
        return {"@value": term.value, "@type": self._iri(Iri(term.datatype))} if term.datatype else term.value
