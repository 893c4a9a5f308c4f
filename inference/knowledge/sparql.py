"""Background knowledge from a SPARQL endpoint, such as Wikidata's or DBpedia's.

SPARQL 1.1 Query Results JSON Format: https://www.w3.org/TR/sparql11-results-json/
"""

import re
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from inference.knowledge.base import KnownFact, choose
from inference.knowledge.memory import KnowledgeError

SECONDS = 20.0
"""Time limit of a query."""

MOST_ROWS = 400
LARGEST = 8 * 1024 * 1024
"""Largest answer, in bytes."""

_QUERY = """\
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX wikibase: <http://wikiba.se/ontology#>
SELECT DISTINCT ?predicate ?object WHERE {
  ?entity rdfs:label %(name)s@%(language)s .
  ?entity ?link ?other .
  ?other rdfs:label ?object . FILTER(LANG(?object) = %(plain)s)
  OPTIONAL { ?property wikibase:directClaim ?link . ?property rdfs:label ?claimed . FILTER(LANG(?claimed) = %(plain)s) }
  OPTIONAL { ?link rdfs:label ?called . FILTER(LANG(?called) = %(plain)s) }
  BIND(COALESCE(?claimed, ?called) AS ?predicate) FILTER(BOUND(?predicate))
}
ORDER BY ?predicate ?object LIMIT %(rows)d
"""

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")


class SparqlKnowledge:
    """Asks for the facts of the entities that have a name as their label, with one query per name.

    It asks only for facts whose subject is the name: a famous name is the object of more facts than an endpoint can
    sort. The operator sets the address, so it may be on a private network.
    """

    def __init__(self, address: str, language: str = "en", transport: httpx.BaseTransport | None = None) -> None:
        """Makes a client.

        Args:
            address: The endpoint, http or https.
            language: BCP 47 tag of the labels, in lower case.
            transport: Replaces the network, for tests.

        Raises:
            KnowledgeError: The address is not http or https, or the language is not a valid tag.
        """
        if not address.startswith(("http://", "https://")):
            raise KnowledgeError(f"{address}: a SPARQL address begins with http:// or https://")
        if not _LANGUAGE.fullmatch(language):
            raise KnowledgeError(f"{language}: not a language tag")
        self._address = address
        self._language = language
        headers = {"Accept": "application/sparql-results+json", "User-Agent": "triplewire"}
        self._client = httpx.Client(headers=headers, timeout=SECONDS, transport=transport, trust_env=False)

    def __enter__(self) -> Self:
        """Keeps connections open until the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes all connections."""
        self._client.close()

    def neighbourhood(self, names: Sequence[str], limit: int = 16) -> tuple[KnownFact, ...]:
        """Returns the facts about some names; see `KnowledgeBase`.

        Raises:
            KnowledgeError: The endpoint cannot be reached, or its answer is not valid SPARQL 1.1.
        """
        return choose(names, [fact for name in dict.fromkeys(names) for fact in self._about(name)], limit)

    def _about(self, name: str) -> list[KnownFact]:
        clean = " ".join(name.split())
        if not clean:
            return []
        values = {"name": literal(clean), "language": self._language, "plain": literal(self._language)}
        query = _QUERY % {**values, "rows": MOST_ROWS}
        try:
            with self._client.stream("POST", self._address, data={"query": query}) as answer:
                answer.raise_for_status()
                body = b""
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > LARGEST:
                        raise KnowledgeError(f"{self._address}: an answer of more than {LARGEST} bytes")
            rows = httpx.Response(200, content=body).json()["results"]["bindings"]
            return [KnownFact(clean, _text(row, "predicate"), _text(row, "object")) for row in rows]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            if isinstance(error, KnowledgeError):
                raise
            raise KnowledgeError(f"{self._address}: no answer on {clean!r}: {error!r}") from error


def literal(text: str) -> str:
    """Returns a SPARQL string literal with its content escaped, so that a name cannot change the query."""
    return '"' + "".join(_ESCAPES.get(c, c) for c in text) + '"'


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]["value"]
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string")
    return value
