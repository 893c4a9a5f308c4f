"""Passages made from the bank of patterns: each pattern with other names each time, alone or in the company of another.

Every pair of names in a passage is decided, and how each fact is stated (asserted, past, planned, possible, denied).
The names are drawn by chance, so nothing but the wording says what holds; the sentences claim nothing about the world.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import sha256
from random import Random

from inference.training.text.sources.names.filling import Filling
from inference.training.text.sources.names.wording import is_sentence
from inference.training.text.sources.passages import Passage
from inference.training.text.sources.pattern_bank import Pattern, pattern_bank, read_pattern

SOURCE = "patterns"
_GROUPS = 20
"""Patterns of one group may be joined: a passage must not carry a held-out pattern into the training data."""
_FURNISHED = 0.12
_JOINED = 0.3
_HEADLINED = 0.15
_LONGEST_HEADLINE = 90
_CITY = "{Q:city}"

_BEFORE = (
    "{Z:date} ({R:agency}) - ",
    "{Z:date} ({R:agency}) — ",
    "{Z:date} - ",
    "({R:agency}) - ",
    "{Z:date} -- ",
)
"""What follows the place of a dateline."""
_BYLINES = (
    "By {P:person}\n",
    "By {P:person} and {R:person}\n",
    "{R:agency} - ",
    "{Z:date} - ",
    "BREAKING: ",
    "Update: ",
)
_SUFFIXES = (
    ", {Q:agency} reported.",
    ", according to {Q:paper}.",
    ", a spokesman said on {Q:day}.",
    ", {Q:agency} said, citing {Z:paper}.",
    ", {Q:paper} reported on {Z:day}.",
)
_AFTER = (
    " ({Q:agency})",
    " Read also: {P:person} on tour in {X:city}",
    " Read also: What {A:company} plans next",
    " Reporting by {P:person}; editing by {R:person}",
    " Photo: {P:person}/{Q:agency}",
    " {Q:agency}",
    " Also in the news: {C:club}, {P:person} and the {F:festival}.",
)
_SAID = re.compile(r"\b(?:said|says|told|reported|according to|wrote|added)\b")


def filled(times: int, seed: int = 0) -> Iterator[Passage]:
    """Yields each pattern of the bank `times` times, each time with other names.

    Args:
        times: How often.
        seed: Decides the names, together with the pattern and the round.
    """
    for round_ in range(times):
        for file, patterns in pattern_bank().items():
            for pattern in patterns:
                yield _passage(file, pattern, Random(f"{seed}:{pattern.source}:{round_}"))  # noqa: S311  no secret


def fill(pattern: Pattern, seed: int = 0) -> Passage:
    """Returns a pattern with names in its slots, and nothing else."""
    filling = Filling(Random(f"{seed}:{pattern.source}"))  # noqa: S311  no secret depends on it
    filling.add(pattern)
    return filling.passage(SOURCE, pattern.source)


def _passage(file: str, pattern: Pattern, rng: Random) -> Passage:
    filling = Filling(rng)
    before, after = rng.random() < _FURNISHED, rng.random() < _FURNISHED
    if before:
        _furnish(filling, rng)
    form = rng.random()
    if form < _JOINED:
        other = _companion(file, pattern, rng)
        first, second = (pattern, other) if rng.random() < 1 / 2 else (other, pattern)
        filling.add(first)
        filling.say(" " if is_sentence(first) else "\n" if _is_headline(first) else ". ")
        filling.add(_reported(second, rng) if after else second)
    elif form < _JOINED + _HEADLINED:
        other = _companion(file, pattern, rng, headline=True)
        filling.add(other)
        filling.say("\n")
        filling.add(_reported(pattern, rng) if after else pattern)
    else:
        filling.add(_reported(pattern, rng) if after else pattern)
    if after and rng.random() < 1 / 2:
        filling.add(_furniture(rng.choice(_AFTER)))
    return filling.passage(SOURCE, pattern.source)


def _furnish(filling: Filling, rng: Random) -> None:
    """Writes what stands before a report: place, date and agency, or who wrote it."""
    if rng.random() < 1 / 3:
        filling.add(_furniture(rng.choice(_BYLINES)))
        return
    filling.add(_furniture(_CITY), capitals=rng.random() < 3 / 4)
    after = rng.choice(_BEFORE)
    filling.say(" " if after.startswith("(") else ", ")
    filling.add(_furniture(after))


def _reported(pattern: Pattern, rng: Random) -> Pattern:
    """Returns a sentence with who reported it, unless it says so itself; the names have no part in it."""
    last = pattern.pieces[-1]
    words = "".join(piece.text for piece in pattern.pieces if piece.kind == "words")
    if last.kind != "words" or not last.text.endswith(".") or '"' in words or ". " in words or _SAID.search(words):
        return pattern
    source = _furniture(rng.choice(_SUFFIXES))
    # Digits keep the letters of the two apart.
    pieces = tuple(replace(p, key=f"{p.key}9") if p.kind == "slot" else p for p in source.pieces)
    return replace(pattern, pieces=(*pattern.pieces[:-1], replace(last, text=last.text[:-1]), *pieces))


def _companion(file: str, pattern: Pattern, rng: Random, headline: bool = False) -> Pattern:
    """Returns a pattern of another file and the same group; a headline if one is asked for."""
    choices = _groups()[_group(pattern), headline]
    return next(other for other_file, other in iter(lambda: rng.choice(choices), None) if other_file != file)


def _group(pattern: Pattern) -> int:
    return sha256(f"{SOURCE}/{pattern.source}".encode()).digest()[0] % _GROUPS


@cache
def _groups() -> Mapping[tuple[int, bool], Sequence[tuple[str, Pattern]]]:
    found: dict[tuple[int, bool], list[tuple[str, Pattern]]] = defaultdict(list)
    for file, patterns in pattern_bank().items():
        for pattern in patterns:
            if is_sentence(pattern) and pattern.skeleton:
                found[_group(pattern), False].append((file, pattern))
            elif _is_headline(pattern):
                found[_group(pattern), True].append((file, pattern))
    return found


@cache
def _furniture(text: str) -> Pattern:
    return read_pattern(f"{text} | -", "furniture")


def _is_headline(pattern: Pattern) -> bool:
    length = sum(len(p.text) + 4 for p in pattern.pieces)
    return not is_sentence(pattern) and length < _LONGEST_HEADLINE
