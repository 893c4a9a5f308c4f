"""The questions that the benchmark of the API asks: of every kind, about what the graph has, many about the same."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import quote

from neo4j import AsyncDriver

from topology.graph.names import ENTITY, EVIDENCE, MENTIONS, is_named

ENTITIES = 300
"""Entities that are asked about: the most mentioned, the first of them most often (Zipf)."""

_ENTITIES = f"""
MATCH (n:{ENTITY}) WHERE {is_named("n")}
RETURN n.id AS id, n.name AS name ORDER BY COUNT {{ (n)<-[:{MENTIONS}]-() }} DESC, id LIMIT $limit
"""

_FACTS = f"""
MATCH (n:{ENTITY})-[r]->() WHERE n.id IN $ids AND r.id IS NOT NULL AND EXISTS {{ (:{EVIDENCE} {{fact: r.id}}) }}
RETURN DISTINCT r.id AS id ORDER BY id LIMIT $limit
"""

MIX = {
    "search": 25,
    "facts": 20,
    "entity": 10,
    "evidence": 10,
    "happenings": 10,
    "history": 5,
    "timeline": 5,
    "claims": 5,
    "related": 5,
    "pictures": 3,
    "statistics": 2,
}
"""How often each kind of question is asked, in per cent."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """What is asked about: entities by id and name, the most mentioned first, and facts."""

    entities: Sequence[tuple[str, str]]
    facts: Sequence[str]


async def subjects(driver: AsyncDriver, database: str) -> Subjects:
    """Returns what the graph has to be asked about."""
    found = await driver.execute_query(_ENTITIES, limit=ENTITIES, database_=database)
    entities = [(row["id"], row["name"]) for row in found.records]
    ids = [id_ for id_, _ in entities]
    facts = await driver.execute_query(_FACTS, ids=ids, limit=ENTITIES, database_=database)
    return Subjects(entities, [row["id"] for row in facts.records])


def questions(about: Subjects, seed: int) -> Iterator[tuple[str, str]]:
    """Yields kinds of questions and their paths, without end; equal seeds yield the same.

    Raises:
        ValueError: There is nothing to be asked about.
    """
    if not about.entities:
        raise ValueError("the graph has no entities to ask about")
    draw = random.Random(seed)  # noqa: S311 - a choice of questions, not a secret
    kinds = [kind for kind in MIX if kind != "evidence" or about.facts]
    weights = [MIX[kind] for kind in kinds]
    popular = list(accumulate(1 / (n + 1) for n in range(len(about.entities))))
    while True:
        (kind,) = draw.choices(kinds, weights)
        id_, name = draw.choices(about.entities, cum_weights=popular)[0]
        if kind == "search":
            # As somebody types it.
            yield kind, f"/v1/search?q={quote(name[: draw.randint(2, max(2, len(name)))])}"
        elif kind == "evidence":
            yield kind, f"/v1/evidence/{draw.choice(about.facts)}"
        elif kind == "happenings":
            yield kind, f"/v1/happenings{draw.choice(['', '?order=latest', f'?entity={id_}'])}"
        elif kind == "statistics":
            yield kind, "/v1/statistics"
        else:
            yield kind, f"/v1/entities/{id_}{'' if kind == 'entity' else f'/{kind}'}"
