"""The link model's baselines: ways to rank candidates that need no training."""

from collections.abc import Sequence

import numpy as np

from inference.link_prediction.inputs import Floats
from inference.training.links.batches import Asking
from inference.training.links.ranking import Score

TIE = 1e-6
"""Weight of a tie-breaker."""


class Baselines:
    """Scores of all entities of a snapshot as answers to its questions. Ties are broken by their facts."""

    def __init__(self, asking: Asking) -> None:
        """Counts what all questions share."""
        self._asking = asking
        self._facts = asking.of.roles.sum(axis=1)
        self._ever: Floats = (TIE * self._facts / max(1.0, float(self._facts.max()))).astype(np.float32)

    def all(self) -> dict[str, Score]:
        """Returns the baselines by their titles."""
        return {
            "popularity: facts in the asked role": self.in_role,
            "popularity: facts": lambda _, roles: _each(self._facts, roles),
            "popularity: articles": lambda _, roles: _each(self._asking.of.activity[:, 0] + self._ever, roles),
            "recency: newest in the news": lambda _, roles: _each(self._ever - self._asking.of.activity[:, 1], roles),
            "common neighbours": self.common,
            "Adamic-Adar": lambda entity, roles: _each(self._met(entity, 0), roles),
            "named together": lambda entity, roles: _each(self._met(entity, 1), roles),
            "named together, then popularity in the role": self.beside_then_in_role,
            "likeness of names (text vectors)": self.alike,
        }

    def in_role(self, _: int, roles: Sequence[int]) -> Floats:
        """Scores by how often each is at that end of a fact of that relation."""
        relations = len(self._asking.words.relations)
        ends = [(role + relations) % (2 * relations) for role in roles]
        return np.stack([self._asking.of.roles[:, end] + self._ever for end in ends])

    def common(self, entity: int, roles: Sequence[int]) -> Floats:
        """Scores by neighbours in common."""
        world = self._asking.of.world
        found = self._ever.copy()
        for between in {other for _, other in world.facts(entity)}:
            found[list({other for _, other in world.facts(between)})] += 1
        return _each(found, roles)

    def beside_then_in_role(self, entity: int, roles: Sequence[int]) -> Floats:
        """Scores by articles that name both, ties by `in_role`."""
        popular = self.in_role(entity, roles)
        return np.stack([self._met(entity, 1) + own / (1 + own.max()) for own in popular])

    def alike(self, entity: int, roles: Sequence[int]) -> Floats:
        """Scores by the cosine of the own vectors."""
        vectors = self._asking.of.vectors
        return _each(vectors @ vectors[entity], roles)

    def _met(self, entity: int, place: int) -> Floats:
        found = self._ever.copy()
        for other, numbers in self._asking.met(entity).items():
            found[other] += numbers[place]
        return found


def _each(scores: Floats, roles: Sequence[int]) -> Floats:
    return np.broadcast_to(scores.astype(np.float32), (len(roles), len(scores)))
