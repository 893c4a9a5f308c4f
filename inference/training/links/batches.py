"""Questions as tensors: an entity, a role, and the candidates drawn for its other end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from inference.link_prediction.inputs import Floats, Ints, Words
from inference.training.links.question import Question
from inference.training.links.snapshots import Snapshot
from inference.training.links.words import Allowed
from inference.training.links.world import NOTHING, Met

MOST_MET = 200
"""Most candidates among the entities that one has met: those named with it most often, then the nearest."""

DRAWN = 128
"""Further candidates, drawn at random among all others that the types allow."""


@dataclass
class Asking:
    """A snapshot's questions.

    Attributes:
        of: The snapshot.
        words: Relations and types.
        allowed: Which role may be had with which types; see `allowed`.
    """

    of: Snapshot
    words: Words
    allowed: Allowed
    _met: dict[int, dict[int, Met]] = field(default_factory=dict)

    @cached_property
    def answers(self) -> dict[tuple[int, int], set[int]]:
        """Right answers by asking entity and role."""
        found: dict[tuple[int, int], set[int]] = {}
        for entity, role, answer in zip(self.of.asked, self.of.role, self.of.answer, strict=True):
            found.setdefault((int(entity), int(role)), set()).add(int(answer))
        return found

    @cached_property
    def _between(self) -> dict[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {}
        for entity, role, answer in zip(self.of.asked, self.of.role, self.of.answer, strict=True):
            found.setdefault((int(entity), int(answer)), []).append(int(role))
        return found

    def between(self, entity: int, other: int) -> list[int]:
        """Returns the roles that an entity got in facts with another that arrived."""
        return self._between.get((entity, other), [])

    @cached_property
    def known(self) -> list[dict[int, list[int]]]:
        """For each entity the roles that it has in facts with others, by who they are."""
        world, words = self.of.world, self.words
        return [
            {other: [n for n in map(words.role, roles) if n is not None] for other, roles in world.known(e).items()}
            for e in range(len(self.of))
        ]

    def met(self, entity: int) -> dict[int, Met]:
        """Returns the entities that one has met, at most `MOST_MET`."""
        if entity not in self._met:
            found = self.of.world.met(entity)
            found.pop(entity, None)
            first = sorted(found, key=lambda other: (-found[other].together, -found[other].shared, other))[:MOST_MET]
            self._met[entity] = {other: found[other] for other in sorted(first)}
        return self._met[entity]

    def fits(self, entity: int, role: int) -> npt.NDArray[np.bool_]:
        """Returns bool [N]: which entities may be at the other end and are not yet, the right answers included."""
        found = np.array(self.allowed[role, self.of.types[entity], self.of.types], np.bool_)
        found[entity] = False
        for other, roles in self.known[entity].items():
            if role in roles:
                found[other] = False
        return found

    def drawn(self, row: int, draw: np.random.Generator) -> tuple[Ints, Floats]:
        """Returns candidates of a question, the right one first, and what their logits are raised by.

        All entities that it has met are included; of the others a random part, each of which counts for several.
        """
        entity, role, answer = (int(of[row]) for of in (self.of.asked, self.of.role, self.of.answer))
        fits = self.fits(entity, role)
        fits[list(self.answers[entity, role])] = False
        near = np.array([other for other in self.met(entity) if fits[other]], np.int64)
        fits[near] = False
        rest = np.flatnonzero(fits)
        some = draw.choice(rest, min(DRAWN, len(rest)), replace=False) if len(rest) else rest
        raised = np.zeros(1 + len(near) + len(some), np.float32)
        raised[1 + len(near) :] = np.log(len(rest) / max(1, len(some))) if len(some) else 0.0
        return np.concatenate([[answer], near, some]).astype(np.int64), raised

    def question(self, entities: Sequence[int], candidates: Sequence[Ints]) -> Question:
        """Returns entities that ask, each with its candidates; shorter lists are filled up with the entity 0."""
        wide = max(map(len, candidates))
        places = np.zeros((len(entities), wide), np.int64)
        met = np.zeros((len(entities), wide, 3), np.float32)
        known = np.zeros((len(entities), wide, self.words.roles), np.float32)
        for row, (entity, others) in enumerate(zip(entities, candidates, strict=True)):
            places[row, : len(others)] = others
            found, between = self.met(entity), self.known[entity]
            for place, other in enumerate(others.tolist()):
                met[row, place] = found.get(other, NOTHING)
                if other in between:
                    known[row, place, between[other]] = 1
        return Question(*map(torch.from_numpy, (*self._asking(entities), *self._asked(places), met, known)))

    def whole(self, entity: int) -> Question:
        """Returns one entity that asks about all entities."""
        met = np.zeros((1, len(self.of), 3), np.float32)
        known = np.zeros((1, len(self.of), self.words.roles), np.float32)
        for other, numbers in self.met(entity).items():
            met[0, other] = numbers
        for other, roles in self.known[entity].items():
            known[0, other, roles] = 1
        of = self.of
        everybody = (of.vectors[None], of.types[None], of.roles[None], of.activity[None])
        return Question(*map(torch.from_numpy, (*self._asking([entity]), *everybody, met, known)))

    def _asking(self, entities: Sequence[int]) -> Iterable[npt.NDArray[np.generic]]:
        of, rows = self.of, np.array(entities)
        near = of.near[rows]
        own = of.vectors[rows], of.types[rows], of.roles[rows], of.activity[rows]
        return (*own, of.vectors[near], of.near_role[rows], of.seen[rows])

    def _asked(self, places: Ints) -> Iterable[npt.NDArray[np.generic]]:
        return tuple(array[places] for array in (self.of.vectors, self.of.types, self.of.roles, self.of.activity))


def filled(rows: Sequence[Floats], value: float) -> Tensor:
    """Returns rows of several lengths as one tensor, the shorter ones filled up."""
    found = torch.full((len(rows), max(map(len, rows))), value)
    for place, row in enumerate(rows):
        found[place, : len(row)] = torch.from_numpy(row)
    return found
