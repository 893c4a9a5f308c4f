"""How much a word says about what happened: rare words say more, and the weights never change while the worker runs.

A weight that followed the stream would make every decision depend on everything that was ever read.
"""

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache

from inference.text.keywords.terms import singular
from inference.text.keywords.vocabulary import load_baseline
from inference.text.language.stopwords import STOP_WORDS

_ENDINGS = ("ings", "ing", "ed", "es", "s", "e")
_MIN_STEM = 3
_LONGEST_WORD = 64


@lru_cache(maxsize=1 << 15)
def stem(word: str) -> str:
    """Returns what a word's forms have in common ("collapse", "collapses" and "collapsed"); "" if it says nothing.

    Numbers say nothing: they differ between reports of one happening, and are alike in reports of others.
    """
    lower = word.lower()
    if lower in STOP_WORDS or not any(c.isalpha() for c in lower) or lower[0].isdigit():
        return ""
    for ending in _ENDINGS:
        if lower.endswith(ending) and len(lower) - len(ending) >= _MIN_STEM:
            cut = lower[: -len(ending)]
            # "hitting" and "hit", but not "kill" and "kil".
            doubled = len(cut) > _MIN_STEM and cut[-1] == cut[-2] and cut[-1] not in "lsz" and ending != "s"
            return cut[:-1] if doubled else cut
    return singular(lower)


def stems(words: Iterable[str]) -> tuple[str, ...]:
    """Returns the stems of some words, each once, sorted; words that say nothing are left out."""
    return tuple(sorted({found for word in words if (found := stem(word[:_LONGEST_WORD]))}))


@lru_cache(maxsize=1)
def _counts() -> tuple[int, dict[str, int]]:
    table = load_baseline()["en"]
    counts: dict[str, int] = {}
    for term, count in table.counts.items():
        key = stem(term) if " " not in term else term
        counts[key] = min(table.documents, counts.get(key, 0) + count)
    return table.documents, counts


@lru_cache(maxsize=1 << 15)
def weight(stemmed: str) -> float:
    """Returns the weight of a stem: 0 for one that is in every article, about 4 for one never seen."""
    documents, counts = _counts()
    return round(math.log10((documents + 1) / (counts.get(stemmed, 0) + 1)), 3)


@lru_cache(maxsize=1 << 15)
def weight_of_name(name: str) -> float:
    """Returns the weight of a name: a town says more than a country that is in the news every day."""
    documents, counts = _counts()
    lower = name.lower()
    seen = counts.get(lower, 0) if " " in lower else counts.get(stem(lower) or lower, 0)
    return round(math.log10((documents + 1) / (seen + 1)), 3)


_ALIKE = (
    "attack strike airstrike bomb bombing struck hit raid shell target launch fire blast explosion explode",
    "deal agreement agree accord treaty",
    "ceasefire truce",
    "talks negotiations negotiate meet visit",
    "outbreak epidemic",
    "protest rally march demonstration demonstrate riot",
    "kill killing shot dead murder shooting",
    "elect election vote win victory re-elect re-election",
    "dismiss dismissal sack",
    "sentence convict conviction",
    "quake earthquake",
    "crash collision collide",
    "arrest detain detention",
    "law bill act",
    "resign resignation quit",
)
"""Words by which reports of one happening name it."""


@lru_cache(maxsize=1)
def _first() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in _ALIKE:
        together = [stem(word) for word in line.split()]
        for one in together:
            found.setdefault(one, together[0])
    return found


def alike_words(words: Iterable[str]) -> dict[str, float]:
    """Returns stems with their weights, of words that mean the same the first."""
    first = _first()
    return {first.get(word, word): weight(word) for word in words}
