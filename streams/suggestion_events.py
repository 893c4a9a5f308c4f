"""The messages of the topic `suggestions`: what nobody reported and may hold."""

from typing import Literal, Self

from pydantic import Field

from streams.events import Entity, Event, Identifier, Predicate, stable_id


class SuggestionReason(Event):
    """A fact that speaks for a suggestion."""

    fact: Identifier = Field(description="The fact's id, as in its triples.")
    subject: Entity = Field(description="Its subject.")
    predicate: Predicate = Field(description="What it says.")
    object: Entity = Field(description="Its object.")
    weight: float = Field(
        ge=0, le=1, description="Its share of the model's attention to all that the graph says of the entity."
    )


class Suggested(Event):
    """A fact that nobody reported and that may hold."""

    id: Identifier = Field(description="Hash of the entity that it is suggested of and of the fact.")
    fact: Identifier = Field(description="The id that the fact has if it is reported.")
    kind: Literal["inferred"] = Field("inferred", description="Always: it was worked out, not read.")
    subject: Entity = Field(description="Who or what it is about.")
    predicate: Predicate = Field(description="What may hold.")
    object: Entity = Field(description="The other entity.")
    confidence: float = Field(ge=0, le=1, description="Calibrated probability that it is reported within two months.")
    reasons: tuple[SuggestionReason, ...] = Field(description="What speaks for it, the weightiest first.")

    @classmethod
    def of(
        cls,
        asked: Entity,
        subject: Entity,
        predicate: Predicate,
        object_: Entity,
        *,
        confidence: float,
        reasons: tuple[SuggestionReason, ...],
    ) -> Self:
        """Returns the suggestion of these parts, with its deterministic ids."""
        fact = stable_id("f", subject.id, predicate.id, object_.id)
        return cls(
            id=stable_id("s", asked.id, fact),
            fact=fact,
            subject=subject,
            predicate=predicate,
            object=object_,
            confidence=confidence,
            reasons=reasons,
        )


class Suggestions(Event):
    """All that is suggested of an entity at present. Topic `suggestions`, CloudEvents type `triplewire.suggestions`.

    The last one on an entity counts: what it does not contain is suggested no more.
    """

    id: Identifier = Field(description="The entity's id.")
    entity: Entity = Field(description="The entity.")
    suggestions: tuple[Suggested, ...] = Field(description="What is suggested, the likeliest first.")
    model: str = Field(description="The model that suggests.")
    model_version: str = Field(description="That model's version.")
