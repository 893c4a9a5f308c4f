"""Keys by which articles with nearly the same text are known for copies of each other, whoever published them.

An agency's report appears at a hundred publishers, under other headlines, with another place and another end. The keys
are those of locality-sensitive hashing over MinHash (Broder 1997, "On the resemblance and containment of documents"):
two texts share one of `KEYS` keys with probability 1 - (1 - J^4)^8, where J is the share of their four-word stretches
that they have in common. That is .99 at J = .8, .4 at .5, .01 at .2 and less than .001 at .1, so a sentence of
background makes no copies.

They follow from the text alone. So which articles are copies depends neither on the order in which they came nor on
anything that was forgotten since.
"""

import re
from hashlib import blake2b
from itertools import islice
from zlib import crc32

import numpy as np

VERSION = "1"
"""Version of the keys. Part of an article's revision."""

WORDS = 150
"""Words at the beginning of the text that count. Publishers cut reports from the end."""

FEWEST = 20
"""Words that a text must have: two shorter ones may well say the same in the same words."""

STRETCH = 4
"""Words of a stretch."""

KEYS = 8
ROWS = 4
"""Smallest hashes that make a key together."""

_WORD = re.compile("[\u3400-\u9fff]|[^\\W\u3400-\u9fff]+")
"""A word, or a Chinese character."""


def _number(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest())


_FACTORS = np.array([_number(f"factor {n}") | 1 for n in range(KEYS * ROWS)], dtype=np.uint64)
_SUMMANDS = np.array([_number(f"summand {n}") for n in range(KEYS * ROWS)], dtype=np.uint64)
_HALF = np.uint64(32)


def likeness(text: str) -> tuple[str, ...]:
    """Returns the keys of a text, twelve hexadecimal digits each; none if it has fewer than `FEWEST` words."""
    words = [match.group().lower() for match in islice(_WORD.finditer(text), WORDS)]
    if len(words) < FEWEST:
        return ()
    stretches = {crc32(" ".join(words[n : n + STRETCH]).encode()) for n in range(len(words) - STRETCH + 1)}
    values = np.fromiter(stretches, dtype=np.uint64, count=len(stretches))
    # Multiply-shift hashing: the upper half of each product, by as many functions as all keys have rows.
    hashed = (values[:, None] * _FACTORS + _SUMMANDS) >> _HALF
    rows = hashed.min(axis=0).astype(">u4").reshape(KEYS, ROWS)
    return tuple(blake2b(bytes([key]) + row.tobytes(), digest_size=6).hexdigest() for key, row in enumerate(rows))
