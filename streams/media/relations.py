"""Relations between the names in a picture's text and the objects in it, as the relation model reads them.

Only with weights (docs/relformer.md); without them nothing is said here. Which of the two is the subject is the
ontology's matter: a relation that may hold between a person and an object goes from the person to the object, one
between an object and an organization from the object to the organization.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from inference.knowledge.base import KnownFact
from inference.media.perception import Seen
from inference.media.types import Frame
from inference.object_relations.client import RELATION_MODEL
from inference.object_relations.labels import Weights
from inference.object_relations.question import Answer, Question
from inference.triton.connection import InferenceUnavailable
from streams.media.naming import NamedText, named_text
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import Entity, Predicate, Triple
from streams.road.retry import forever
from topology.ontology import Ontology

FACTS = 12
"""Facts about a pair that the model reads: as many as in training."""


class Knowledge(Protocol):
    """What is known of names; `streams.media.relation_setup` has what the settings name.

    Attributes:
        name: Whose knowledge it is.
    """

    name: str

    async def about(self, names: Sequence[str], limit: int, before: datetime) -> tuple[KnownFact, ...]:
        """Returns the facts about some names at a moment; see `inference.knowledge.base.KnowledgeBase`.

        Raises:
            InferenceUnavailable: Passing trouble.
        """

    async def close(self) -> None:
        """Closes what it opened."""


class RelationReader(Protocol):
    """What is needed of the relation model; `inference.object_relations.client.RelationClient` is one."""

    async def weights(self) -> Weights | None:
        """Returns what its weights are; None if it has none."""

    async def relate(self, question: Question, weights: Weights) -> list[Answer]:
        """Returns the likeliest relation of each pair."""

    async def close(self) -> None:
        """Closes the connection."""


class Relations:
    """Asks a relation model about pictures."""

    def __init__(
        self, reader: RelationReader, ontology: Ontology, *, least: float, most: int, knowledge: Knowledge | None = None
    ) -> None:
        """Opens nothing.

        Args:
            reader: The model.
            ontology: Which relations are told, and between which types.
            least: Least confidence of a relation for which the ontology names none.
            most: Pairs of one picture that are asked for at most.
            knowledge: What is asked about the names; None for nothing.
        """
        self._reader = reader
        self._ontology = ontology
        self._by_name = {_plain(spec.name): spec for spec in ontology.relations} | {
            _plain(spec.id): spec for spec in ontology.relations
        }
        self._least, self._most = least, most
        self._knowledge = knowledge

    async def triples(
        self, provenance: Provenance, frame: Frame, seen: Seen, found: Sequence[SeenObject]
    ) -> tuple[Provenance, list[Triple]]:
        """Returns a picture as read by the model too, if it was asked, and what is said of it.

        Args:
            provenance: The picture.
            frame: Its pixels.
            seen: What was seen in it.
            found: Its objects.

        Raises:
            InferenceRejected: The model refuses it.
        """
        text = named_text(provenance.item)
        if text is None:
            return provenance, []
        pairs = [_Pair(provenance, text, n, each) for n in range(len(text.names)) for each in found][: self._most]
        if not pairs:
            return provenance, []

        async def ask() -> tuple[Weights, list[Answer]] | None:
            weights = await self._reader.weights()
            if weights is None:
                return None
            at = [(pair.name, found.index(pair.thing)) for pair in pairs]
            question = Question(
                text=text.text,
                names=[where for _, where in text.names],
                labels=[each.thing.label for each in found],
                boxes=[_share(each.thing.box, frame) for each in found],
                pairs=at,
                picture=frame.rgb,
                depth=seen.depth,
                facts=dict(zip(at, await self._facts(pairs), strict=True)) if self._knowledge else None,
            )
            return weights, await self._reader.relate(question, weights)

        told = await forever(ask, step="relate", on=(InferenceUnavailable, OSError))
        if told is None:
            return provenance, []
        weights, answers = told
        known = self._knowledge.name if self._knowledge else ""
        provenance = provenance.read_by(RELATION_MODEL, weights.version, repr(self._least), str(self._most), known)
        triples: dict[str, Triple] = {}
        for pair, answer in zip(pairs, answers, strict=True):
            triple = self._told(replace(pair, provenance=provenance), answer, (RELATION_MODEL, weights.version))
            if triple and (triple.id not in triples or triples[triple.id].confidence < triple.confidence):
                triples[triple.id] = triple
        return provenance, list(triples.values())

    async def close(self) -> None:
        """Closes connections."""
        await self._reader.close()
        if self._knowledge:
            await self._knowledge.close()

    async def _facts(self, pairs: Sequence["_Pair"]) -> list[tuple[KnownFact, ...]]:
        if self._knowledge is None:
            return []
        observed = pairs[0].provenance.observed_at.astimezone(UTC)
        day = observed.replace(hour=0, minute=0, second=0, microsecond=0)
        return [await self._knowledge.about([pair.entity.name, pair.thing.thing.label], FACTS, day) for pair in pairs]

    def _told(self, pair: "_Pair", answer: Answer, model: tuple[str, str]) -> Triple | None:
        spec = self._by_name.get(_plain(answer.relation)) if answer.relation else None
        if spec is None or answer.score < (self._least if spec.threshold is None else spec.threshold):
            return None
        predicate = Predicate(id=spec.id, name=spec.name)
        entity, seen, span = pair.entity, pair.thing, pair.text.span(pair.name)
        for other in (seen.entity, pair.provenance.entity):
            if self._ontology.allows(entity.type, spec.id, other.type):
                proof = pair.provenance.evidence(seen.spot, model, field=pair.text.field, subject=span)
                return Triple.of(entity, predicate, other, answer.score, proof)
        if self._ontology.allows(seen.entity.type, spec.id, entity.type):
            proof = pair.provenance.evidence(seen.spot, model, field=pair.text.field, object_=span)
            return Triple.of(seen.entity, predicate, entity, answer.score, proof)
        return None


@dataclass(frozen=True)
class _Pair:
    """A name, by its place in the text's names, and an object."""

    provenance: Provenance
    text: NamedText
    name: int
    thing: SeenObject

    @property
    def entity(self) -> Entity:
        """Whom the name stands for."""
        return self.text.names[self.name][0]


def _share(box: tuple[float, float, float, float], frame: Frame) -> tuple[float, float, float, float]:
    """Returns centre, width and height of a box as shares of the picture's."""
    height, width = frame.rgb.shape[:2]
    left, top, right, bottom = (edge / frame.scale for edge in box)
    return (left + right) / 2 / width, (top + bottom) / 2 / height, (right - left) / width, (bottom - top) / height


def _plain(name: str) -> str:
    """Returns a relation's name as it is compared: `member_of` is "member of"."""
    return " ".join("".join(c if c.isalnum() else " " for c in name).casefold().split())
