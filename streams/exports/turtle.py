"""RDF as Turtle, resource by resource."""

import re
from collections.abc import Mapping
from typing import TextIO

from streams.exports.iris import Iris
from streams.exports.rdf import Describer, Iri, Term
from streams.exports.records import Record

_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Prefixes:
    """Shortens IRIs with the prefixes of an export."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._by_namespace = {namespace: prefix for prefix, namespace in namespaces.items()}

    def short(self, iri: str) -> str | None:
        """Returns `prefix:name`, or None if no prefix fits or the name would need escapes."""
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._by_namespace.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and _LOCAL.fullmatch(iri[cut:]) else None


class TurtleWriter:
    """Writes records as Turtle."""

    def __init__(self, out: TextIO, iris: Iris) -> None:
        """Writes the prefixes."""
        self._out = out
        self._describer = Describer(iris)
        self._prefixes = Prefixes(iris.namespaces)
        self._type = iris.known("rdf:type")
        out.writelines(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(iris.namespaces.items()))

    def write(self, record: Record) -> None:
        """Writes a record."""
        for description in self._describer.describe(record):
            said = " ;\n    ".join(
                f"{self._verb(property_)} {', '.join(map(self._text, values))}"
                for property_, values in description.said
            )
            self._out.write(f"\n{self._text(description.subject)} {said} .\n")

    def close(self) -> None:
        """Needs nothing more."""

    def _verb(self, property_: Iri) -> str:
        return "a" if property_.value == self._type else self._text(property_)

    def _text(self, term: Term) -> str:
        if isinstance(term, Iri):
            return self._prefixes.short(term.value) or f"<{term.value}>"
        text = f'"{_ESCAPED.sub(_escape, term.value)}"'
        return f"{text}^^{self._text(Iri(term.datatype))}" if term.datatype else text


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"
