"""An entity's roles as the graph keeps them: `P169>2`, the subject of two facts that say who runs it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from inference.link_prediction.question import Role
from inference.link_prediction.surroundings import Link

_ROLE = re.compile(r"(.+)([<>])(\d+)")


def counted(links: Iterable[Link]) -> dict[Role, int]:
    """Returns how many facts there are of each relation and direction, between whom names stand for."""
    counts: Counter[Role] = Counter()
    for link in links:
        counts[link.relation, link.outgoing] += 1
    return dict(sorted(counts.items()))


def written(roles: Mapping[Role, int]) -> list[str]:
    """Returns roles as they are kept."""
    return [f"{relation}{'>' if outgoing else '<'}{count}" for (relation, outgoing), count in sorted(roles.items())]


def read(kept: Iterable[str] | None) -> dict[Role, int]:
    """Returns roles that were kept."""
    found = (_ROLE.fullmatch(text) for text in kept or ())
    return {(match[1], match[2] == ">"): int(match[3]) for match in found if match}
