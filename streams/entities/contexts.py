"""What else a document names that is about a person, as numbers: bounded, and blind to order and repetition."""

from collections.abc import Iterable
from functools import lru_cache
from heapq import nsmallest

from streams.entities.sketch import BITS, hashed

MOST_CONTEXTS = 16
"""Contexts of one document that are kept."""

_COUNTRY_BITS = 16
"""Countries have the smallest numbers, so that they are kept before all other contexts."""


def kept(numbers: Iterable[int], but: int = -1) -> tuple[int, ...]:
    """Returns the contexts that are kept of these: the smallest, so that the order of arrival does not matter.

    Args:
        numbers: Contexts.
        but: One that is not kept.
    """
    return tuple(nsmallest(MOST_CONTEXTS, set(numbers) - {but}))


@lru_cache(maxsize=1 << 10)
def country(code: str) -> int:
    """Returns the context that a place in a country is, by the country's code."""
    return hashed(code) >> (BITS - _COUNTRY_BITS)


@lru_cache(maxsize=1 << 14)
def entity(id_: str) -> int:
    """Returns the context that an entity is, by its id."""
    return hashed(id_) | 1 << _COUNTRY_BITS


def is_country(context: int) -> bool:
    """Returns whether a context is a country."""
    return not context >> _COUNTRY_BITS
