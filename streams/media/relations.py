"""Asks the relation model how the entities named in a picture's text relate to the objects in the picture.

Without weights (docs/relformer.md) there are no such relations. The ontology decides which of the two is the subject: a
relation whose domain is a person and whose range is an object goes from the person to the object, one from an object to
an organization goes from the object to the organization.
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
"""Most facts about a pair that the model reads: as many as in training."""


class Knowledge(Protocol):
    """Background knowledge about names; `streams.media.relation_setup` makes the one that the settings choose.

    Attributes:
        name: What identifies its source.
    """

    name: str

    async def about(self, names: Sequence[str], limit: int, before: datetime) -> tuple[KnownFact, ...]:
        """Returns the facts about some names at a moment; see `inference.knowledge.base.KnowledgeBase`.

        Raises:
            InferenceUnavailable: A transient error.
        """

    async def close(self) -> None:
        """Closes its connections."""


class RelationReader(Protocol):
    """The relation model; `inference.object_relations.client.RelationClient` implements it."""

    async def weights(self) -> Weights | None:
        """Returns what describes its weights; None if it has none."""

    async def relate(self, question: Question, weights: Weights) -> list[Answer]:
        """Returns the most likely relation of each pair."""

    async def close(self) -> None:
        """Closes the connection."""


class Relations:
    """Extracts relations from pictures with the relation model."""

    def __init__(
        self, reader: RelationReader, ontology: Ontology, *, least: float, most: int, knowledge: Knowledge | None = None
    ) -> None:
        """Opens nothing.

        Args:
            reader: The model.
            ontology: The relations that are extracted, and between which types.
            least: Least confidence of a relation for which the ontology has no threshold.
            most: Most pairs of one picture that the model is asked about.
            knowledge: Background knowledge about the names; None for none.
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
        """Returns the relations between a picture's names and its objects.

        Args:
            provenance: The picture.
            frame: Its pixels.
            seen: What was perceived in it.
            found: Its objects.

        Returns:
            The picture's provenance, with the model among its readers if it was asked, and the triples.

        Raises:
            InferenceRejected: The model refuses the picture.
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
            at = [(pair.name, found.index(pair.seen)) for pair in pairs]
            question = Question(
                text=text.text,
                names=[where for _, where in text.names],
                labels=[each.track.label for each in found],
                boxes=[_share(each.track.box, frame) for each in found],
                pairs=at,
                picture=frame.rgb,
                depth=seen.depth,
                facts=dict(zip(at, await self._facts(pairs), strict=True)) if self._knowledge else None,
            )
            return weights, await self._reader.relate(question, weights)

        answer = await forever(ask, step="relate", on=(InferenceUnavailable, OSError))
        if answer is None:
            return provenance, []
        weights, answers = answer
        source = self._knowledge.name if self._knowledge else ""
        provenance = provenance.read_by(RELATION_MODEL, weights.version, repr(self._least), str(self._most), source)
        triples: dict[str, Triple] = {}
        for pair, best in zip(pairs, answers, strict=True):
            triple = self._triple(replace(pair, provenance=provenance), best, (RELATION_MODEL, weights.version))
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
        return [await self._knowledge.about([pair.entity.name, pair.seen.track.label], FACTS, day) for pair in pairs]

    def _triple(self, pair: "_Pair", answer: Answer, model: tuple[str, str]) -> Triple | None:
        spec = self._by_name.get(_plain(answer.relation)) if answer.relation else None
        if spec is None or answer.score < spec.least(self._least):
            return None
        predicate = Predicate(id=spec.id, name=spec.name)
        entity, seen, span = pair.entity, pair.seen, pair.text.span(pair.name)
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
    """A named entity, by its index in the text's names, and an object."""

    provenance: Provenance
    text: NamedText
    name: int
    seen: SeenObject

    @property
    def entity(self) -> Entity:
        """The entity that the name refers to."""
        return self.text.names[self.name][0]


def _share(box: tuple[float, float, float, float], frame: Frame) -> tuple[float, float, float, float]:
    """Returns centre, width and height of a box as shares of the picture's sides."""
    height, width = frame.rgb.shape[:2]
    left, top, right, bottom = (edge / frame.scale for edge in box)
    return (left + right) / 2 / width, (top + bottom) / 2 / height, (right - left) / width, (bottom - top) / height


def _plain(name: str) -> str:
    """Returns a relation's name in the form that is compared: `member_of` equals "member of"."""
    return " ".join("".join(c if c.isalnum() else " " for c in name).casefold().split())
