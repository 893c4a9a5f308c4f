"""Makes vectors and suggested links from what the graph says about entities."""

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
    """The sentence encoder; `inference.text_embedding.client.EmbeddingClient` implements it."""

    async def vectors(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Returns float32 [texts, OWN_WIDTH], each of length one.

        Raises:
            InferenceUnavailable: Passing trouble.
            InferenceRejected: The server refuses the request.
        """

    async def close(self) -> None:
        """Closes the connection."""


class LinkModel(Protocol):
    """The link model; `inference.link_prediction.client.LinkClient` implements it."""

    async def version(self) -> str:
        """Returns the version of its weights.

        Raises:
            InferenceUnavailable: Passing trouble.
            InferenceRejected: The server refuses the request.
        """

    async def context(self, asked: Asked) -> Vector:
        """Returns the entity's context vector, float32 [CONTEXT_WIDTH] of length one. Raises as `version`."""

    async def links(self, asked: Asked, least: float = 0.0) -> list[Suggestion]:
        """Returns links with at least the probability `least`, most likely first. Raises as `version`."""

    async def reasons(self, asked: Asked, suggestions: Sequence[Suggestion]) -> list[tuple[Reason, ...]]:
        """Returns the neighbours that support each suggestion, most important first. Raises as `version`."""

    async def close(self) -> None:
        """Closes the connection."""


@dataclass(frozen=True, slots=True)
class Described:
    """An entity's vectors.

    Attributes:
        text: The text that its own vector was made from.
        own: Its own vector, OWN_WIDTH numbers.
        context: Its context vector, CONTEXT_WIDTH numbers.
    """

    text: str
    own: list[float]
    context: list[float]


class Suggester:
    """Asks the models. Recently used own vectors are cached by text, as news mentions the same names repeatedly."""

    def __init__(self, texts: TextVectors, model: LinkModel, *, size: int = 50_000) -> None:
        """Opens nothing.

        Args:
            texts: The sentence encoder, for own vectors.
            model: The link model, for context vectors and suggestions.
            size: Most own vectors that are cached, 1.5 kB each.
        """
        self._texts, self._model, self._size = texts, model, size
        self._kept: OrderedDict[str, Vector] = OrderedDict()

    async def version(self) -> str:
        """Returns the version of the link model's weights. Raises as `LinkModel.version`."""
        return await self._model.version()

    async def describe(self, entities: Sequence[Surroundings]) -> list[Described]:
        """Returns vectors, which depend on names, types and current facts. Raises as the models."""
        await self._fetch(entity for each in entities for entity in _around(each))
        found = await together(self._model.context(self._asked(each, None)) for each in entities)
        return [
            Described(_text(each.entity), self._own(each.entity).tolist(), context.tolist())
            for each, context in zip(entities, found, strict=True)
        ]

    async def suggest(
        self, questions: Sequence[tuple[Surroundings, Sequence[Prospect]]], *, newest: int, least: float
    ) -> list[list[Suggestion]]:
        """Returns links between each entity and its prospects, most likely first. Raises as the models.

        Args:
            questions: Entities, each with its prospects.
            newest: When the graph's newest article was published, in milliseconds since 1970; ages are relative to it.
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
        """Returns the neighbours that support each of some suggestions, most important first. Raises as the models.

        Args:
            questions: The questions, as `suggest` was given them.
            suggestions: Some of the suggestions for each question; a question without any is not asked.
            newest: As `suggest` was given it.
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
            entity
            for each, prospects in questions
            for entity in (*_around(each), *(prospect.entity for prospect in prospects))
        )

    async def _fetch(self, entities: Iterable[GraphEntity]) -> None:
        """Fetches the missing own vectors of entities in one call."""
        wanted = dict.fromkeys(map(_text, entities))
        missing = [text for text in wanted if text not in self._kept]
        if missing:
            self._kept.update(zip(missing, await self._texts.vectors(missing), strict=True))
        for text in wanted:
            self._kept.move_to_end(text)
        while len(self._kept) > max(self._size, len(wanted)):
            self._kept.popitem(last=False)

    def _own(self, entity: GraphEntity) -> Vector:
        return self._kept[_text(entity)]

    def _asked(self, each: Surroundings, newest: int | None, prospects: Sequence[Prospect] = ()) -> Asked:
        """Returns the question. Without `newest` it depends on the neighbourhood alone, not on time."""
        others = {one.entity.id for one in prospects}
        near = each.newest(MOST_NEIGHBOURS)
        # Older links matter only if they lead to a prospect, which must not be suggested again.
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

    def _node(self, entity: GraphEntity, newest: int | None) -> Node:
        if newest is None:
            return Node(entity.id, entity.type, self._own(entity), entity.roles)
        return Node(entity.id, entity.type, self._own(entity), entity.roles, entity.articles, _days(entity.at, newest))


def _around(each: Surroundings) -> list[GraphEntity]:
    """Returns an entity and the neighbours that the models read."""
    return [each.entity, *(link.other for link in each.newest(MOST_NEIGHBOURS))]


def _text(entity: GraphEntity) -> str:
    return entity_text(entity.name, entity.type)


def _days(at: int | None, newest: int | None) -> float:
    return 0.0 if at is None or newest is None else max(0.0, (newest - at) / DAY_MS)
