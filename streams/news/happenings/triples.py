"""The triples that say a happening: its class, and one for each of its roles."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from inference.text.types import Span, TextExtraction
from streams.messages.events import Entity, Evidence, Predicate, Triple
from streams.news.evidence import ArticleEvidence
from streams.news.happenings.said import SaidHappening
from streams.news.spots import Spots
from topology.ontology import HAPPENING_CLASS, RoleSpec

INSTANCE_OF = Predicate(id="P31", name="instance of")


class TriggerEvidence:
    """Makes evidence in the field that a happening's trigger stands in."""

    def __init__(self, extraction: TextExtraction, evidence: ArticleEvidence) -> None:
        """Takes what the model found, and what makes the evidence of this revision of the article."""
        self._extraction = extraction
        self._evidence = evidence
        self._spots = Spots(evidence.article.passages)

    def of(self, happening: SaidHappening, sentence: Span, subject: Span, object_: Span) -> Evidence:
        """Returns the evidence of these spans in the field of a happening."""
        field = happening.found.trigger.field
        return self._evidence.of(
            field,
            sentence,
            subject,
            object_,
            model=self._extraction.model,
            version=self._extraction.model_version,
            spot=self._spots.of(sentence) if field == "body" else None,
        )


def happening_triples(said: Sequence[SaidHappening], cited: TriggerEvidence) -> list[Triple]:
    """Returns the triples of an article's happenings: of each its class first, and then its roles.

    All have the happening's modality and speaker; a claim's roles are claims too.

    Args:
        said: What the article says happened.
        cited: Makes the evidence of this revision of the article.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    return [triple for happening in said for triple in _triples(happening, cited)]


def _triples(happening: SaidHappening, cited: TriggerEvidence) -> Iterator[Triple]:
    trigger, modality, speaker = happening.found.trigger.span, happening.found.modality, happening.speaker
    yield Triple.of(
        happening.entity,
        INSTANCE_OF,
        class_entity(happening.spec.title),
        happening.found.score,
        cited.of(happening, happening.found.sentence, trigger, trigger),
        modality=modality,
        attributed_to=speaker,
    )
    for filler in happening.fillers:
        yield Triple.of(
            happening.entity,
            _predicate(filler.spec),
            filler.target,
            filler.role.score,
            cited.of(happening, filler.sentence, trigger, filler.mention.span),
            modality=modality,
            attributed_to=speaker,
            qualifier=filler.role.value.qualifier if filler.role.value else "",
        )


@lru_cache(maxsize=256)
def class_entity(title: str) -> Entity:
    """Returns the entity of a class of happenings."""
    return Entity.of(title, HAPPENING_CLASS)


@lru_cache(maxsize=1024)
def _predicate(spec: RoleSpec) -> Predicate:
    return Predicate(id=spec.role, name=spec.name, wikidata=spec.property or None)
