"""The own graph as it was on a day, and the facts that arrived in the two months after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from inference.link_prediction.inputs import Floats, Ints, Words
from inference.link_prediction.question import MOST_NEIGHBOURS
from inference.training.links.own_graph import OwnArticle
from inference.training.links.words import Allowed
from inference.training.links.world import World

HORIZON = timedelta(days=61)
"""How far the model predicts: the two months that the report hides, and that a served probability is about."""


@dataclass(frozen=True)
class Snapshot:
    """A graph, and the facts that arrived after it.

    Attributes:
        world: The graph on that day; no article may be added.
        vectors: float32 [N, 384], the entities' own.
        types: int [N].
        roles: float32 [N, roles], facts by role.
        activity: float32 [N, 2], articles and days since the newest.
        near: int [N, K], the neighbours that are read.
        near_role: int [N, K].
        seen: bool [N, K].
        asked: int [Q] asking entities; each fact that arrived is asked for from both ends.
        role: int [Q] their roles in it.
        answer: int [Q] the entities at the other end.
    """

    world: World
    vectors: Floats
    types: Ints
    roles: Floats
    activity: Floats
    near: Ints
    near_role: Ints
    seen: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
    asked: Ints
    role: Ints
    answer: Ints

    def __len__(self) -> int:
        """Returns the number of entities."""
        return len(self.types)


def arrived(world: World, after: Sequence[OwnArticle], words: Words, may: Allowed) -> list[tuple[int, int, int]]:
    """Returns subject, relation and object of the facts that articles state of a world's entities and it does not."""
    found = set()
    for article in after:
        for fact in article.facts:
            known = fact.subject in world.number and fact.object in world.number and fact.relation in words.relations
            if known and not world.states(fact.subject, fact.relation, fact.object):
                relation = words.relations.index(fact.relation)
                ends = world.number[fact.subject], world.number[fact.object]
                if may[(relation, *(words.type(world.entities[end].type) for end in ends))]:
                    found.add((ends[0], relation, ends[1]))
    return sorted(found)


def snapshot(
    articles: Sequence[OwnArticle], day: date, vectors: Mapping[str, Floats], words: Words, may: Allowed
) -> Snapshot:
    """Returns the graph as it was before a day.

    Args:
        articles: The whole stream in order of time.
        day: The first day that is not known.
        vectors: Own vectors by entity id.
        words: Relations and types.
        may: Which role may be had with which types.
    """
    world = World()
    world.learn(article for article in articles if article.day < day)
    facts = arrived(world, [a for a in articles if day <= a.day < day + HORIZON], words, may)
    count, relations = len(world.entities), len(words.relations)
    near = np.zeros((count, MOST_NEIGHBOURS), np.int64)
    near_role, seen = np.zeros_like(near), np.zeros(near.shape, np.bool_)
    for entity in range(count):
        known = [link for link in world.links(entity) if words.role(link.role) is not None][:MOST_NEIGHBOURS]
        for place, link in enumerate(known):
            near[entity, place], near_role[entity, place] = link.other, words.role(link.role) or 0
            seen[entity, place] = True
    both = [(s, r, o) for s, r, o in facts] + [(o, r + relations, s) for s, r, o in facts]
    asked, role, answer = np.array(both, np.int64).reshape(-1, 3).T
    return Snapshot(
        world,
        np.array([vectors[entity.id] for entity in world.entities], np.float32).reshape(count, -1),
        np.array([words.type(entity.type) for entity in world.entities], np.int64),
        np.array([words.counts(world.roles(entity)) for entity in range(count)], np.float32).reshape(count, -1),
        np.array([(n, world.age(d)) for n, d in zip(world.articles, world.last, strict=True)], np.float32),
        near,
        near_role,
        seen,
        asked,
        role,
        answer,
    )
