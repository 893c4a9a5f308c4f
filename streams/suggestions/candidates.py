"""Finds the entities that an entity might be linked with.

These are the entities two steps away, those that take part in the same stories, those named in the same articles, and
those linked with it already (for a further relation). If there are few, the vector index adds entities with similar
neighbourhoods.
"""

import asyncio
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice, zip_longest

from inference.link_prediction.question import MOST_NEIGHBOURS
from inference.link_prediction.surroundings import CommonStory, GraphEntity, Prospect, Surroundings
from streams.suggestions.reading import GraphReader, Other, Steps, StoryEntities
from topology.ontology import Ontology

MOST_STEPS = 100
"""Facts followed from one neighbour, the newest first. Bounds the work for entities that are often in the news."""

MOST_ARTICLES = 20
"""Articles of an entity in which others named with it are looked for, the newest first."""

MOST_IN_STORY = 64
"""Entities of one story, those of its newest reports."""

NEAREST = 16
"""Entities that the vector index is asked for, if the graph offers fewer than this."""


Shared = tuple[float, tuple[str, ...]]
"""Adamic and Adar's index of two entities, and the ids of the facts between the second and their shared neighbours."""


class CandidateFinder:
    """Finds candidates for many entities at once."""

    def __init__(self, reader: GraphReader, ontology: Ontology, most: int) -> None:
        """Opens nothing; finds at most `most` candidates for each entity."""
        self._reader, self._most = reader, most
        self._pairs = {
            pair
            for spec in ontology.relations
            for subject in spec.domain
            for object_ in spec.range
            for pair in ((subject, object_), (object_, subject))
        }

    async def of(
        self,
        entities: Sequence[Surroundings],
        contexts: Mapping[str, list[float]],
        stories: Mapping[str, Sequence[str]],
    ) -> list[tuple[Surroundings, list[Prospect]]]:
        """Returns the entities, each with its candidates.

        Args:
            entities: The entities as the graph has them now.
            contexts: Their context vectors, by id.
            stories: The ids of their stories, the newest first, by id.

        Raises:
            GraphUnavailableError: Repeat the call.
        """
        ids = [each.entity.id for each in entities]
        near = {each.entity.id: each.newest(MOST_NEIGHBOURS) for each in entities}
        between = {link.other.id for links in near.values() for link in links}
        steps, named, in_stories = await asyncio.gather(
            self._reader.steps(between, MOST_STEPS),
            self._reader.named_together(ids, MOST_ARTICLES),
            self._reader.story_entities({story for id_ in ids for story in stories.get(id_, ())}, MOST_IN_STORY),
        )
        common = {id_: _common(id_, stories.get(id_, ()), in_stories) for id_ in ids}
        shared = {id_: _shared(id_, {link.other.id for link in near[id_]}, steps) for id_ in ids}
        near_by = {id_: shared[id_].keys() | common[id_].keys() | named.get(id_, {}).keys() for id_ in ids}
        few = {id_: contexts[id_] for id_ in ids if len(near_by[id_]) < NEAREST}
        alike = await self._reader.nearest(few, NEAREST + 1)
        chosen: dict[str, list[str]] = {}
        for each in entities:
            id_, linked = each.entity.id, [(link.other.id, link.other.type) for link in near[each.entity.id]]
            ranked = _ranked(shared[id_], named.get(id_, {}), list(common[id_]), alike.get(id_, ()), linked)
            fitting = (other for other, type_ in ranked if (each.entity.type, type_) in self._pairs)
            chosen[id_] = list(islice(fitting, self._most))
        known = await self._reader.profiles({other for others in chosen.values() for other in others})
        # For the entities themselves we have newer values than the stored profiles.
        known |= {each.entity.id: each.entity for each in entities}
        return [
            (
                each,
                [
                    _prospect(
                        known[other], shared[each.entity.id], named.get(each.entity.id, {}), common[each.entity.id]
                    )
                    for other in chosen[each.entity.id]
                    if other in known
                ],
            )
            for each in entities
        ]


def _shared(id_: str, neighbours: Iterable[str], steps: Mapping[str, Steps]) -> dict[Other, Shared]:
    """Returns Adamic and Adar's index (2003) of each entity two steps away, and the facts of the second step."""
    found: dict[Other, Shared] = defaultdict(lambda: (0.0, ()))
    for neighbour in sorted(neighbours):
        facts, others = steps.get(neighbour, Steps(0, {}))
        for other, through in others.items():
            if other[0] != id_:
                weight, before = found[other]
                found[other] = weight + 1 / math.log1p(facts), (*before, *through)
    return dict(found)


def _ranked(
    shared: Mapping[Other, Shared],
    named: Mapping[Other, tuple[int, int]],
    common: Sequence[Other],
    alike: Sequence[Other],
    linked: Sequence[Other],
) -> list[Other]:
    """Returns all candidates, one from each source in turn, the best of each source first."""
    by_steps = sorted(shared, key=lambda other: (-shared[other][0], other))
    by_articles = sorted(named, key=lambda other: (-named[other][0], -named[other][1], other))
    turns = chain.from_iterable(zip_longest(by_steps, common, by_articles, alike, linked))
    return [other for other in dict.fromkeys(turns) if other is not None]


def _common(id_: str, stories: Sequence[str], in_stories: Mapping[str, StoryEntities]) -> dict[Other, CommonStory]:
    """Returns the newest story that each entity has in common with this one, in the order of these stories."""
    found: dict[Other, CommonStory] = {}
    for story in stories:
        title, others = in_stories.get(story, StoryEntities("", ()))
        for other in others:
            if other[0] != id_:
                found.setdefault(other, CommonStory(story, title))
    return found


def _prospect(
    known: GraphEntity,
    shared: Mapping[Other, Shared],
    named: Mapping[Other, tuple[int, int]],
    common: Mapping[Other, CommonStory],
) -> Prospect:
    key = known.id, known.type
    weight, through = shared.get(key, (0.0, ()))
    articles, at = named.get(key, (0, None))
    return Prospect(known, weight, articles, at, tuple(sorted(set(through))), common.get(key))
