"""Which reports are copies of one: they share an article, a sentence, or a key of `Document.likeness`."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any


def voices(reports: Sequence[Iterable[Hashable]]) -> list[int]:
    """Returns the voice of each report, as the place of the first report that has it.

    Reports that share a key are of one voice, and so are those that a third one joins.

    Args:
        reports: The keys of each.
    """
    first = list(range(len(reports)))

    def of(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    holder: dict[Hashable, int] = {}
    for place, keys in enumerate(reports):
        for key in keys:
            one, other = sorted((of(place), of(holder.setdefault(key, place))))
            first[other] = one
    return [of(place) for place in range(len(reports))]


def keys_of(report: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Returns the keys of a report with an `article`, its `likeness` and a `sentence`, each of which may be missing."""
    keys = {("text", key) for key in report["likeness"] or ()}
    return keys | {(name, value) for name in ("article", "sentence") if (value := report[name])}
