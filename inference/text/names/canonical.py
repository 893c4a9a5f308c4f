"""Canonical names: what a mention is called in the graph, so that all spellings become one entity.

An entity's id is a hash of its type and canonical name, so all this is a pure function of one article's text: the same
article gives the same entities wherever and whenever it is read.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from inference.text.names.countries import ALIASES

_PLAIN = str.maketrans(dict.fromkeys("‘’‚‛′", "'") | dict.fromkeys("“”„‟″«»‹›", '"') | dict.fromkeys("‐‑–", "-"))  # noqa: RUF001
_POSSESSIVE = re.compile(r"(?:(?<=\w)'s|(?<=s)')$", re.IGNORECASE)
_ARTICLE = re.compile(r"the (?!hague\b)(?=\S)", re.IGNORECASE)
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}(?!\w)")
_LONG_WORD = re.compile(r"\b[^\W\d_]{5,}\b")
_EDGE = " \t\"'`.,;:!?*•|/\\-—_~"
_PAIRS = {"(": ")", "[": "]", "{": "}"}
LONGEST_NAME = 256
"""Longest name in characters; anything longer is broken text."""

_LONGEST_ACRONYM = 4
"""Words in capitals up to this length are acronyms (NATO), longer ones are emphasis (RUSSIA)."""


def canonical_name(text: str) -> str:
    """Returns the canonical name of a mention, given its text.

    Compatibility forms, white space, quotes and dashes are unified. Quotes, brackets, punctuation and a possessive at
    the edges and a leading article are removed. Dotted acronyms lose their dots, long words in capitals keep only the
    first, and a country's other names ("U.S.") become its name. Idempotent. Empty if nothing is left.
    """
    name = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isspace() or unicodedata.category(c)[0] != "C")
    name = " ".join(name.translate(_PLAIN).split())
    before = None
    while name != before:
        before = name
        name = _ARTICLE.sub("", _POSSESSIVE.sub("", peel(_DOTTED.sub(_undotted, name))), count=1)
    name = _LONG_WORD.sub(_without_capitals, name)
    return ALIASES.get(name, name)


def _undotted(match: re.Match[str]) -> str:
    return match.group().replace(".", "")


def _without_capitals(match: re.Match[str]) -> str:
    word = match.group()
    return word.capitalize() if word.isupper() and len(word) > _LONGEST_ACRONYM else word


def peel(name: str, edge: str = _EDGE, pairs: Mapping[str, str] = _PAIRS) -> str:
    """Strips punctuation from the edges, and brackets that are unmatched or enclose everything.

    Args:
        name: A name as written.
        edge: Characters that are not part of a name at its edges.
        pairs: Right bracket by left bracket.
    """
    name = name.strip(edge)
    for left, right in pairs.items():
        if name.startswith(left) and (name.endswith(right) or right not in name):
            name = name[1:].removesuffix(right)
        elif name.endswith(right) and left not in name:
            name = name[:-1]
    return name


def vote_types(names: Sequence[str], types: Sequence[str], scores: Sequence[float]) -> dict[str, str]:
    """Returns one type for each canonical name of an article: the one with the greatest sum of scores.

    Ties go to the alphabetically first type, so that the result depends on nothing else.
    """
    sums: dict[str, dict[str, float]] = {}
    for name, type_, score in zip(names, types, scores, strict=True):
        votes = sums.setdefault(name, {})
        votes[type_] = votes.get(type_, 0) + score
    return {
        name: min(votes, key=lambda type_: (-votes[type_], type_)) if len(votes) > 1 else next(iter(votes))
        for name, votes in sums.items()
    }
