"""A text as terms, for keywords: words without stop words, in the singular, and names of several words as one term.

Simple on purpose: without a model or dictionary, counting terms costs next to nothing and does not depend on which
model runs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from inference.text.language.stopwords import STOP_WORDS, TITLES

MAX_TERM = 40
"""Longest term in characters; anything longer is not a word."""

MAX_NAME_TERM = 64
"""The same of a term of several words; messages allow no longer one."""

_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:[-'&][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?:;\n•|\"“”]")
_QUOTE = str.maketrans("’‘ʼ–", "'''-")  # noqa: RUF001
_LINKS = frozenset({"of", "de", "la", "el", "al", "bin", "von", "van", "der", "du", "di", "da", "del", "for", "the"})
_FRONT = (STOP_WORDS | TITLES) - frozenset({"big", "first", "good", "great", "high", "long", "low", "new", "old"})
_LONGEST_NAME = 5
_TITLE_CASE = 0.7
"""Share of capitalised longer words from which a text is in title case, so that capitals do not mark names."""


@dataclass(slots=True)
class _Words:
    """The words of one field; all lists have the same length.

    Attributes:
        words: The words as written, without a possessive.
        capital: Whether each starts with a capital.
        opens: Whether each starts a sentence.
        joined: Whether a single space separates each from the word before.
        names: Names by the index of their first word: the index after their last word, and their words.
    """

    words: list[str]
    capital: list[bool]
    opens: list[bool]
    joined: list[bool]
    names: dict[int, tuple[int, tuple[str, ...]]]


def english_terms(headline: str, body: str) -> list[str]:
    """Returns the terms of an English text in reading order, lower case.

    A run of capitalised words is one term ("supreme court", without "the" and a person's titles before it). The
    last word of a name, if only one name in the text ends with it, counts as that name ("Takaichi").
    """
    fields = [_read(text.translate(_QUOTE)) for text in (headline, body)]
    names = {name for field in fields for _, name in field.names.values() if len(name) > 1}
    last: dict[str, set[str]] = {}
    for name in names:
        last.setdefault(name[-1].lower(), set()).add(" ".join(name).lower())
    full = {word: next(iter(found)) for word, found in last.items() if len(found) == 1}
    terms: list[str] = []
    for field in fields:
        if _title_case(field):
            terms += _without_capitals([word.lower() for word in field.words], names)
        else:
            terms += _with_capitals(field, full)
    return [term for term in terms if 0 < len(term) <= MAX_NAME_TERM]


def other_terms(headline: str, body: str) -> list[str]:
    """Returns the terms of a text in a language that has no rules of its own: its longer words, lower case."""
    words = (match.group().lower() for match in _TOKEN.finditer(f"{headline}\n{body}".translate(_QUOTE)))
    return [word for word in words if 3 < len(word) <= MAX_TERM and not word.isdigit()]  # noqa: PLR2004 - most function words are shorter


def _read(text: str) -> _Words:
    field = _Words([], [], [], [], {})
    end = 0
    possessor = False
    for match in _TOKEN.finditer(text):
        word = match.group()
        between = text[end : match.start()]
        possessive = word[-2:] in {"'s", "'S"}
        field.words.append(word[:-2] if possessive else word)
        field.capital.append(word[0].isupper())
        field.opens.append(not end or (between != " " and _SENTENCE_END.search(between) is not None))
        # "Iran's Foreign Ministry" are two names.
        field.joined.append(between == " " and not possessor)
        end, possessor = match.end(), possessive
    if not _title_case(field):
        field.names.update(_names(field))
    return field


def _title_case(field: _Words) -> bool:
    long = [capital for word, capital in zip(field.words, field.capital, strict=True) if len(word) > 3]  # noqa: PLR2004 - of, the, and
    return len(long) > 3 and sum(long) >= _TITLE_CASE * len(long)  # noqa: PLR2004 - a short headline may be all names


def _names(field: _Words) -> Iterator[tuple[int, tuple[int, tuple[str, ...]]]]:
    """Yields each run of capitalised words without what precedes the name: start, and end and words."""
    words, capital, count = field.words, field.capital, len(field.words)
    i = 0
    while i < count:
        if not capital[i]:
            i += 1
            continue
        j = i + 1
        while j < count and field.joined[j] and (capital[j] or (words[j] in _LINKS and _goes_on(field, j))):
            j += 1
        first = i
        while first < j and _before_a_name(words[first]):
            first += 1
        if 0 < j - first <= _LONGEST_NAME:
            yield first, (j, tuple(words[first:j]))
        i = j


def _before_a_name(word: str) -> bool:
    """Returns whether a capitalised word precedes a name and is not part of it: "The", "On", "President"."""
    return (word.lower() in _FRONT) and not (word.isupper() and len(word) > 1)


def _goes_on(field: _Words, link: int) -> bool:
    """Returns whether a name continues after a linking word: "Bank of England", "Ministry of the Interior"."""
    for i in range(link + 1, min(link + 3, len(field.words))):
        if not field.joined[i]:
            return False
        if field.capital[i]:
            return True
        if field.words[i] not in _LINKS:
            return False
    return False


def _with_capitals(field: _Words, full: dict[str, str]) -> Iterator[str]:
    capitals = zip(field.words, field.capital, field.opens, strict=True)
    inside = {word for word, capital, opens in capitals if capital and not opens}
    i = 0
    while i < len(field.words):
        stop, words = field.names.get(i, (i + 1, ()))
        word, opens = field.words[i], field.opens[i]
        if len(words) > 1:
            yield " ".join(words).lower()
        elif field.capital[i] and (not opens or word in inside):
            yield full.get(word.lower()) or _term(word, name=True)
        else:
            yield _term(word, name=opens)
        i = stop


def _without_capitals(words: list[str], names: set[tuple[str, ...]]) -> Iterator[str]:
    known = {tuple(word.lower() for word in name) for name in names}
    i = 0
    while i < len(words):
        for size in range(_LONGEST_NAME, 1, -1):
            if tuple(words[i : i + size]) in known:
                yield " ".join(words[i : i + size])
                i += size
                break
        else:
            yield _term(words[i], name=False)
            i += 1


def _term(word: str, *, name: bool) -> str:
    """Returns a word as a term, as `_word`; a long word is none, and must not be kept in its cache."""
    return _word(word, name=name) if len(word) <= MAX_TERM else ""


@lru_cache(maxsize=1 << 16)
def _word(word: str, *, name: bool) -> str:
    """Returns a word as a term; "" if it is not one. A name keeps its final s."""
    lower = word.lower()
    acronym = word.isupper() and len(word) > 1
    if len(lower) > MAX_TERM or not any(c.isalpha() for c in lower) or (lower in STOP_WORDS and not acronym):
        return ""
    if len(lower) < 3 and not acronym:  # noqa: PLR2004 - "eu" is a term, "pm" none
        return ""
    if lower[0].isdigit() and not name:
        return "" if lower.rstrip("abcdefghijklmnopqrstuvwxyz").isdigit() else lower
    return lower if name or acronym else singular(lower)


def singular(word: str) -> str:
    """Returns the singular of a lower-case English word, after Harman's S stemmer with an eye on -ches, -shes, -xes."""
    if len(word) < 4 or word[-1] != "s" or word[-2:] in {"ss", "us", "is"}:  # noqa: PLR2004 - "gas", "was"
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return f"{word[:-3]}y" if len(word) > 4 else word[:-1]  # noqa: PLR2004 - "ties"
    if word.endswith(("ches", "shes", "xes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]
