"""Counts documents without storing them: bottom-k sketches.

A sketch keeps the k smallest hashes of the documents added. Its size is bounded, and it depends only on the set of
documents: neither repetitions nor the order matter. (Bar-Yossef et al., Counting distinct elements in a data
stream, RANDOM 2002, algorithm 2; the estimate is (k - 1) / v for the k-th smallest of hashes uniform on [0, 1].)
"""

from bisect import bisect_left
from collections.abc import Iterable
from hashlib import blake2b

SIZE = 24
"""Hashes kept. Smaller counts are exact; for larger ones the standard error is about 1 / sqrt(SIZE - 2), a fifth."""

BITS = 52
"""Bits of a hash: JSON numbers are exact up to 2**53."""


def hashed(document: str) -> int:
    """Returns the hash by which a document is counted, below 2**52."""
    return int.from_bytes(blake2b(document.encode(), digest_size=8).digest()) >> (64 - BITS)


class Sketch:
    """The smallest hashes of a set of documents."""

    __slots__ = ("hashes",)

    def __init__(self, hashes: Iterable[int] = ()) -> None:
        self.hashes = sorted(set(hashes))[:SIZE]

    def add(self, value: int) -> bool:
        """Adds a hash; returns whether the sketch changed."""
        place = bisect_left(self.hashes, value)
        if place >= SIZE or (place < len(self.hashes) and self.hashes[place] == value):
            return False
        self.hashes.insert(place, value)
        del self.hashes[SIZE:]
        return True

    @property
    def count(self) -> float:
        """How many documents were added: exact below `SIZE`, an estimate from there on."""
        if len(self.hashes) < SIZE:
            return len(self.hashes)
        return (SIZE - 1) / ((self.hashes[-1] + 1) / (1 << BITS))
