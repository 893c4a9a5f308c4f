"""Whom an entity might be linked with.

Who is two steps away, who is named in the same articles, whose surroundings are alike by the vector index, and, for a
further relation, who is linked with it already.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest

from inference.graph.question import MOST_NEIGHBOURS
from inference.graph.surroundings import Known, Prospect, Surroundings
from streams.suggestions.reading import GraphReader
from topology.ontology import Ontology

STEPS = 100
"""Facts that are followed from a neighbour at most, the newest first: bounds the work for what everybody writes of."""

ARTICLES = 30
"""Articles of an entity whose other names count, the newest first."""

NEAREST = 16
"""Entities that the vector index is asked for."""


class Prospects:
    """Finds them for many entities at once."""

    def __init__(self, reader: GraphReader, ontology: Ontology, most: int) -> None:
        """Asks nothing yet; `most` are found of each entity at most."""
        self._reader, self._most = reader, most
        self._pairs = {
            pair
            for spec in ontology.relations
            for subject in spec.domain
            for object_ in spec.range
            for pair in ((subject, object_), (object_, subject))
        }

    async def of(
        self, entities: Sequence[Surroundings], contexts: Mapping[str, list[float]]
    ) -> list[tuple[Surroundings, list[Prospect]]]:
        """Returns entities with whom they might be linked with.

        Args:
            entities: As the graph has them now.
            contexts: Their context vectors, by id.
        """
        ids = [each.entity.id for each in entities]
        near = {each.entity.id: each.newest(MOST_NEIGHBOURS) for each in entities}
        steps = await self._reader.steps({link.other.id for links in near.values() for link in links}, STEPS)
        named = await self._reader.named_together(ids, ARTICLES)
        alike = await self._reader.nearest(contexts, NEAREST + 1)
        shared = {id_: _shared(id_, {link.other.id for link in near[id_]}, steps) for id_ in ids}
        # Twice as many, since of some the types do not fit.
        chosen = {
            id_: _ranked(shared[id_], named.get(id_, {}), alike.get(id_, ()), [link.other.id for link in near[id_]])[
                : 2 * self._most
            ]
            for id_ in ids
        }
        known = await self._reader.profiles({other for others in chosen.values() for other in others})
        # What is being looked at now is known better than as it was last looked at.
        known |= {each.entity.id: each.entity for each in entities}
        questions = []
        for each in entities:
            id_ = each.entity.id
            fitting = [known[o] for o in chosen[id_] if o in known and (each.entity.type, known[o].type) in self._pairs]
            questions.append((each, [_prospect(o, shared[id_], named.get(id_, {})) for o in fitting[: self._most]]))
        return questions


def _shared(
    id_: str, neighbours: Iterable[str], steps: Mapping[str, tuple[int, Mapping[str, tuple[str, ...]]]]
) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Returns, for each entity two steps away, Adamic and Adar's index (2003) and the facts of the second step."""
    found: dict[str, tuple[float, tuple[str, ...]]] = defaultdict(lambda: (0.0, ()))
    for neighbour in sorted(neighbours):
        facts, others = steps.get(neighbour, (0, {}))
        for other, through in others.items():
            if other != id_:
                weight, before = found[other]
                found[other] = weight + 1 / math.log1p(facts), (*before, *through)
    return dict(found)


def _ranked(
    shared: Mapping[str, tuple[float, tuple[str, ...]]],
    named: Mapping[str, tuple[int, int | None]],
    alike: Sequence[str],
    linked: Sequence[str],
) -> list[str]:
    """Returns all of them, each way of finding them having its turn."""
    by_steps = sorted(shared, key=lambda other: (-shared[other][0], other))
    by_articles = sorted(named, key=lambda other: (-named[other][0], -(named[other][1] or 0), other))
    turns = chain.from_iterable(zip_longest(by_steps, by_articles, alike, linked))
    return [other for other in dict.fromkeys(turns) if other is not None]


def _prospect(
    known: Known, shared: Mapping[str, tuple[float, tuple[str, ...]]], named: Mapping[str, tuple[int, int | None]]
) -> Prospect:
    weight, through = shared.get(known.id, (0.0, ()))
    articles, at = named.get(known.id, (0, None))
    return Prospect(known, weight, articles, at, tuple(sorted(set(through))))
