"""From what the graph says of entities to their vectors, and to what it might say."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from inference.link_prediction.question import (
    MOST_NEIGHBOURS,
    Asked,
    Candidate,
    Neighbour,
    Node,
    Reason,
    Suggestion,
    Vector,
)
from inference.link_prediction.surroundings import GraphEntity, Prospect, Surroundings
from inference.text_embedding.text import entity_text
from inference.triton.connection import together

DAY_MS = 24 * 60 * 60 * 1000


class TextVectors(Protocol):
    """What is needed of the sentence encoder; `inference.text_embedding.client.EmbeddingClient` is one."""

    async def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Returns float32 [texts, 384], each of length one.

        Raises:
            InferenceUnavailable: Passing trouble.
            InferenceRejected: The server refuses the request.
        """

    async def close(self) -> None:
        """Closes the connection."""


class LinkModel(Protocol):
    """What is needed of the link model; `inference.link_prediction.client.LinkClient` is one."""

    async def version(self) -> str:
        """Returns the version of its weights.

        Raises:
            InferenceUnavailable: Passing trouble.
            InferenceRejected: The server refuses the request.
        """

    async def context(self, asked: Asked) -> Vector:
        """Returns the entity's context vector, float32 [128] of length one. Raises as `version`."""

    async def links(self, asked: Asked, least: float = 0.0) -> list[Suggestion]:
        """Returns what may hold with probability `least` at least, the likeliest first. Raises as `version`."""

    async def reasons(self, asked: Asked, suggestions: Sequence[Suggestion]) -> list[tuple[Reason, ...]]:
        """Returns the neighbours that speak for each suggestion, the weightiest first. Raises as `version`."""

    async def close(self) -> None:
        """Closes the connection."""


@dataclass(frozen=True, slots=True)
class Described:
    """An entity's vectors.

    Attributes:
        text: What its own vector stands for.
        own: 384 numbers.
        context: 128 numbers.
    """

    text: str
    own: list[float]
    context: list[float]


class Suggester:
    """Asks the models. Own vectors are kept in memory by text, the latest used: news names the same names again."""

    def __init__(self, texts: TextVectors, model: LinkModel, *, size: int = 50_000) -> None:
        """Opens nothing.

        Args:
            texts: Makes own vectors.
            model: Makes context vectors and suggestions.
            size: Own vectors that are kept, 1.5 kB each.
        """
        self._texts, self._model, self._size = texts, model, size
        self._kept: OrderedDict[str, Vector] = OrderedDict()

    async def version(self) -> str:
        """Returns the version of the link model's weights. Raises as `LinkModel.version`."""
        return await self._model.version()

    async def describe(self, entities: Sequence[Surroundings]) -> list[Described]:
        """Returns the vectors of entities: functions of their names, types and standing facts. Raises as the models."""
        await self._fetch(known for each in entities for known in _around(each))
        found = await together(self._model.context(self._asked(each, None)) for each in entities)
        return [
            Described(_text(each.entity), self._own(each.entity).tolist(), context.tolist())
            for each, context in zip(entities, found, strict=True)
        ]

    async def suggest(
        self, questions: Sequence[tuple[Surroundings, Sequence[Prospect]]], *, newest: int, least: float
    ) -> list[list[Suggestion]]:
        """Returns what may hold between each entity and its prospects, the likeliest first. Raises as the models.

        Args:
            questions: Entities, each with whom it might be linked with.
            newest: When the graph's newest article was published; milliseconds since 1970. Ages count from there.
            least: Least probability.
        """
        await self._fetch_all(questions)
        return await together(
            self._model.links(self._asked(each, newest, prospects), least) for each, prospects in questions
        )

    async def reasons(
        self,
        questions: Sequence[tuple[Surroundings, Sequence[Prospect]]],
        suggestions: Sequence[Sequence[Suggestion]],
        *,
        newest: int,
    ) -> list[list[tuple[Reason, ...]]]:
        """Returns the neighbours that speak for each of some suggestions, the weightiest first. Raises as the models.

        Args:
            questions: As they were asked.
            suggestions: Some of what each question was answered; where there are none, the model is not asked.
            newest: As it was then.
        """
        open_ = [(question, given) for question, given in zip(questions, suggestions, strict=True) if given]
        await self._fetch_all([question for question, _ in open_])
        found = await together(
            self._model.reasons(self._asked(each, newest, prospects), given) for (each, prospects), given in open_
        )
        explained = iter(found)
        return [next(explained) if given else [] for given in suggestions]

    async def close(self) -> None:
        """Closes the connections."""
        await self._texts.close()
        await self._model.close()

    async def _fetch_all(self, questions: Iterable[tuple[Surroundings, Sequence[Prospect]]]) -> None:
        await self._fetch(
            known
            for each, prospects in questions
            for known in (*_around(each), *(prospect.entity for prospect in prospects))
        )

    async def _fetch(self, entities: Iterable[GraphEntity]) -> None:
        """Makes sure that the own vectors of entities are there, all at once."""
        wanted = dict.fromkeys(map(_text, entities))
        missing = [text for text in wanted if text not in self._kept]
        if missing:
            self._kept.update(zip(missing, await self._texts.vectors(missing), strict=True))
        for text in wanted:
            self._kept.move_to_end(text)
        while len(self._kept) > max(self._size, len(wanted)):
            self._kept.popitem(last=False)

    def _own(self, known: GraphEntity) -> Vector:
        return self._kept[_text(known)]

    def _asked(self, each: Surroundings, newest: int | None, prospects: Sequence[Prospect] = ()) -> Asked:
        """Returns the question; without `newest` one that depends on the neighbourhood alone, and not on time."""
        others = {one.entity.id for one in prospects}
        near = each.newest(MOST_NEIGHBOURS)
        # Of all others it only matters what already holds between the entity and its prospects.
        near += tuple(link for link in each.links if link.other.id in others and link not in near)
        neighbours = tuple(
            Neighbour(
                Node(link.other.id, link.other.type, self._own(link.other)),
                link.relation,
                link.outgoing,
                _days(link.at, newest),
            )
            for link in near
        )
        candidates = tuple(
            Candidate(self._node(one.entity, newest), one.shared, one.together, _days(one.at, newest))
            for one in prospects
        )
        return Asked(self._node(each.entity, newest), neighbours, candidates)

    def _node(self, known: GraphEntity, newest: int | None) -> Node:
        if newest is None:
            return Node(known.id, known.type, self._own(known), known.roles)
        return Node(known.id, known.type, self._own(known), known.roles, known.articles, _days(known.at, newest))


def _around(each: Surroundings) -> list[GraphEntity]:
    """Returns an entity and whom it stands next to, as far as the models read."""
    return [each.entity, *(link.other for link in each.newest(MOST_NEIGHBOURS))]


def _text(known: GraphEntity) -> str:
    return entity_text(known.name, known.type)


def _days(at: int | None, newest: int | None) -> float:
    return 0.0 if at is None or newest is None else max(0.0, (newest - at) / DAY_MS)
