"""An entity's roles in the form that the graph keeps them in.

`P169>2` means that it is the subject of two facts of the relation P169; with `<` it would be their object.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from inference.link_prediction.question import Role
from inference.link_prediction.surroundings import Link

_ROLE = re.compile(r"(.+)([<>])(\d+)")


def count(links: Iterable[Link]) -> dict[Role, int]:
    """Returns how many links there are of each relation and direction."""
    counts: Counter[Role] = Counter()
    for link in links:
        counts[link.relation, link.outgoing] += 1
    return dict(sorted(counts.items()))


def encode(roles: Mapping[Role, int]) -> list[str]:
    """Returns roles in the graph's form."""
    return [f"{relation}{'>' if outgoing else '<'}{count}" for (relation, outgoing), count in sorted(roles.items())]


def decode(texts: Iterable[str] | None) -> dict[Role, int]:
    """Returns roles from the graph's form; what is not in that form is left out."""
    found = (_ROLE.fullmatch(text) for text in texts or ())
    return {(match[1], match[2] == ">"): int(match[3]) for match in found if match}
