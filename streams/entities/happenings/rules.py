"""When reports are alike enough to be of one happening, and happenings to belong to one story: functions of the two.

The weights were fitted to pairs of annotated news that were judged by reading (`triplewire evaluate happenings`).
"""

import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date

from streams.entities.happenings.memory import Happening, Place, Report

DAY_MS = 86_400_000

WINDOWS = {"attack": 1.5, "sports result": 1.5, "accident": 10.0, "disaster": 10.0, "health": 14.0}
"""Days between the first article on a happening and a further one, by class."""

WINDOW = 4.0
"""The same of all other classes."""

SLACK = 0.6
"""How much less a report may be like the first one if it is like another one of the same happening."""

NEVER = -math.inf

STATED_WINDOW = 14.0
"""The same if both articles state one day, or one of them says what is planned."""

REACH = int(max(*WINDOWS.values(), WINDOW, STATED_WINDOW) * DAY_MS)
"""Milliseconds between two reports from which on they are never of one happening."""

BARS = {"attack": 3.9, "other": 3.45, "law": 3.45, "visit": 3.45, "statement": 3.45}
"""Likeness that two reports need, by class: in a war there is an attack every day, and "other" means many things."""

BAR = 2.35
"""The same of all other classes."""

WORDING = 0.35
"""How alike the wording must be of a report that names nobody and one that does, or of two that do not."""

STORY_WINDOW = 30.0
"""Days between the first happening of a story and a further one."""

STORY_REACH = int(STORY_WINDOW * DAY_MS)
"""The same in milliseconds."""

STORY_NAMES = 3.0
"""Weight of the names that two happenings of a story share, unless one article reports both."""

STORY_BAR = 1.5
"""What two happenings must have in common to belong to one story."""

NEAR_KM = 60.0
"""Places that are nearer to each other than this may be one: a city and its suburb."""

_MOST_NAMES, _MOST_WORDS = 8.0, 20.0
_ISO_DAY = 10


def likeness(one: Report, other: Report) -> float:
    """Returns how sure it is that two reports are of one happening: more than 0 if they are taken for one.

    Args:
        one: The first report of a happening.
        other: A later report.
    """
    first, second = one.known, other.known
    if first.document == second.document or one.group != other.group:
        return NEVER
    gap = (second.published - first.published) / DAY_MS
    if not _at_one_time(one, other, gap) or places_apart(one.places, other.places):
        return NEVER
    names = shared(one.named, other.named)
    if not names and ((one.named and other.named) or cosine(one.words, other.words) < WORDING):
        return NEVER
    here, there = {place.id for place in one.places}, {place.id for place in other.places}
    where = 0.0
    if here and there:
        where = 0.9 if here & there else -0.75
    found = (
        0.12 * min(math.fsum(names.values()), _MOST_NAMES)
        + 0.09 * max(names.values(), default=0.0)
        + 0.05 * min(math.fsum(shared(one.words, other.words).values()), _MOST_WORDS)
        + 2.3 * _triggers(one, other)
        + where
        - 0.09 * min(gap, 7.0)
    )
    return found - BARS.get(one.group, BAR)


def _at_one_time(one: Report, other: Report, gap: float) -> bool:
    apart = days_apart(one.known.day, other.known.day)
    if apart is not None and apart > 1:
        return False
    window = WINDOWS.get(one.group, WINDOW)
    # Whoever threatens an attack does not say which of the next is meant.
    planned = one.group not in WINDOWS and "planned" in {one.known.modality, other.known.modality}
    if apart is not None or planned:
        window = max(window, STATED_WINDOW)
    return gap <= window


def _triggers(one: Report, other: Report) -> float:
    """Returns how alike the words are that name the happening: 0 to 1."""
    first, second = one.trigger, other.trigger
    return (cosine(first, second) + _share(first, other.said) + _share(second, one.said)) / 3


def _share(trigger: Mapping[str, float], said: AbstractSet[str]) -> float:
    """Returns what share of the words that name a happening is in another report's wording."""
    whole = math.fsum(trigger.values())
    return math.fsum(most for word, most in trigger.items() if word in said) / whole if whole else 0.0


def belonging(one: Happening, other: Happening) -> float:
    """Returns how sure it is that two happenings belong to one story; 0 if they are not taken to.

    Args:
        one: The first happening of a story.
        other: A later one.
    """
    if other.order[0] - one.order[0] > STORY_REACH:
        return 0.0
    together = any(document in other.documents for document in one.documents)
    names = math.fsum(shared(one.named, other.named).values())
    if names < STORY_NAMES and not together:
        return 0.0
    found = (
        0.2 * min(names, 10.0)
        + 0.06 * min(math.fsum(shared(one.words, other.words).values()), _MOST_WORDS)
        + 0.3 * cosine(one.named, other.named)
        + cosine(one.words, other.words)
        + 2.0 * together
    )
    return max(0.0, found - STORY_BAR)


def shared(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Returns what two weighted sets have in common."""
    return {key: most for key, most in one.items() if key in other}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Returns how much two weighted sets have in common: 0 to 1."""
    both = math.fsum(most * other[key] for key, most in one.items() if key in other)
    return both / (_length(one.values()) * _length(other.values())) if both else 0.0


def _length(weights: Iterable[float]) -> float:
    return math.sqrt(math.fsum(most * most for most in weights))


def days_apart(one: str, other: str) -> int | None:
    """Returns by how many days two stated times differ at least; None if one of them is not stated."""
    if not one or not other:
        return None
    short = min(len(one), len(other))
    if short < _ISO_DAY:  # a month or a year
        return 0 if one[:short] == other[:short] else 31
    try:
        return abs((date.fromisoformat(one) - date.fromisoformat(other)).days)
    except ValueError:
        return 31  # "2026-02-30"


def places_apart(one: tuple[Place, ...], other: tuple[Place, ...]) -> bool:
    """Returns whether two reports are known to be of two places: no place of the one can be one of the other."""
    if not one or not other:
        return False
    return all(_apart(here, there) for here in one for there in other)


def _apart(one: Place, other: Place) -> bool:
    if one.id == other.id or not one.country or not other.country:
        return False
    if one.country != other.country:
        return True
    if one.latitude is None or other.latitude is None or one.longitude is None or other.longitude is None:
        return False  # a country or a region, in which the other may lie
    north = 111.2 * (one.latitude - other.latitude)
    east = 111.2 * (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return math.hypot(north, east) > NEAR_KM
