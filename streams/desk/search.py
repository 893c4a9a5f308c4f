"""Finds entities by the words of their names and of their aliases, in Neo4j's full-text index."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from neo4j import AsyncDriver

from topology.graph.names import ALIAS_OF, ENTITY, MENTIONS, is_named
from topology.graph.schema import NAME_INDEX

CANDIDATES = 500
"""Most names that the index returns for one search; what is ranked and filtered is among them."""

MOST_WORDS = 12
"""Words of a search that count."""

FUZZY_FROM = 4
"""Letters from which a word may differ in one of them."""

UNINDEXED = frozenset({
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no", "not",
    "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to", "was",
    "will", "with",
})  # fmt: skip
"""Words that the index leaves out of names (Lucene's `ENGLISH_STOP_WORDS_SET`): a search cannot insist on them."""

# As Lucene's tokenizer does, by Unicode's rules: "O'Brien" and "U.S" are one word each.
_WORD = re.compile(r"[^\s'.]+(?:['.][^\s'.]+)*")

# What has no decomposition, of what the index folds into ASCII. It folds names and quoted words, but not beginnings.
_FOLDED = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)
_ACCENTED = re.compile(r"(?<=[a-z])[\u0300-\u036f]+")

_IDENTIFIED = 1_000_000.0

# Counts of relationships of one type are kept with the node, so `mentions` costs nothing.
_SEARCH = f"""
CALL () {{
  CALL db.index.fulltext.queryNodes('{NAME_INDEX}', $words, {{limit: {CANDIDATES}}}) YIELD node, score
  RETURN node, score
  UNION ALL
  MATCH (node:{ENTITY}) WHERE node.id = $text OR node.wikidata = $text OR node.name = $text
  RETURN node, {_IDENTIFIED} AS score
}}
WITH node, max(score) AS score WHERE {is_named("node")}
MATCH (node)-[up:{ALIAS_OF} WHERE up.ended_at IS NULL]->{{0,3}}(top:{ENTITY})
WHERE NOT EXISTS {{ (top)-[on:{ALIAS_OF} WHERE on.ended_at IS NULL]->() }}
  AND ($type IS NULL OR top.type = $type)
WITH top, max(score) AS score, collect(DISTINCT node.name)[..10] AS matched,
  max(CASE WHEN toLower(node.name) = $folded THEN 1 ELSE 0 END) AS exact,
  sum(COUNT {{ (node)<-[:{MENTIONS}]-() }}) AS mentions
ORDER BY exact DESC, score DESC, mentions DESC, top.id SKIP $skip LIMIT $limit
RETURN top.id AS id, top.name AS name, top.type AS type, top.wikidata AS wikidata, matched, exact = 1 AS exact, mentions
"""


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity whose name, or the name of an alias, has the words of a search.

    Attributes:
        wikidata: Its Wikidata id, if known.
        matched: The names that have them, its own or its aliases'.
        exact: Whether one of these is the search itself, in any case.
        mentions: In how many articles and media items these names occur.
    """

    id: str
    name: str
    type: str
    wikidata: str | None
    matched: Sequence[str]
    exact: bool
    mentions: int


def lucene(text: str) -> str:
    """Returns a query of the index for names with all words of a text; "" if it has none.

    The last word may be unfinished, and longer words may be misspelt by a letter. Nothing of it is read as syntax.
    """
    # The index folds the typographic apostrophe.
    plain = unicodedata.normalize("NFC", text).replace("\u2019", "'")
    words = _WORD.findall("".join(map(_of_word, plain)))[:MOST_WORDS]
    asked = []
    for place, word in enumerate(words):
        folded = _folded(word)
        ways = [f'"{word}"^4']
        if place == len(words) - 1:
            ways.append(f"{folded}*")
        if len(word) >= FUZZY_FROM:
            ways.append(f"{folded}~1")
        asked.append(f"{'' if folded in UNINDEXED else '+'}({' '.join(ways)})")
    return " ".join(asked)


def _of_word(character: str) -> str:
    """Returns a character if it may be part of a word, else a space: so no character of Lucene's syntax is left."""
    word = character.isalnum() or character in "_'." or unicodedata.category(character).startswith("M")
    return character if word else " "


def _folded(word: str) -> str:
    """Returns a word as it is in the index: in lower case, and its Latin letters without accents."""
    plain = _ACCENTED.sub("", unicodedata.normalize("NFD", word.lower()))
    return unicodedata.normalize("NFC", plain).translate(_FOLDED)


async def search(
    driver: AsyncDriver,
    text: str,
    database: str | None = None,
    *,
    type_: str | None = None,
    skip: int = 0,
    limit: int = 20,
) -> list[FoundEntity]:
    """Returns the entities that a text finds, the best first: exact names, then by the index's score.

    Args:
        driver: The graph's.
        text: Words of a name, or an id or Wikidata id.
        database: The database's name; None for the default one.
        type_: Only entities of this type.
        skip: How many of them to leave out.
        limit: Most entities.
    """
    words = lucene(text)
    if not words:
        return []
    asked: dict[str, str | int | None] = {
        "words": words,
        "text": text.strip(),
        "folded": " ".join(unicodedata.normalize("NFC", text).lower().split()),
    }
    asked |= {"type": type_, "skip": skip, "limit": limit}
    found = await driver.execute_query(_SEARCH, parameters_=asked, database_=database)
    return [FoundEntity(**row.data()) for row in found.records]
