"""The messages of the topic `suggestions`: what nobody reported and may hold."""

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field

from streams.messages.events import Entity, Event, Identifier, Predicate, stable_id


class SuggestionReason(Event):
    """A fact that speaks for a suggestion."""

    fact: Identifier = Field(description="The fact's id, as in its triples.")
    subject: Entity = Field(description="Its subject.")
    predicate: Predicate = Field(description="What it says.")
    object: Entity = Field(description="Its object.")
    weight: float = Field(
        ge=0, description="By how much the log-odds of the suggestion fall when the model does not see this fact."
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
    reasons: tuple[SuggestionReason, ...] = Field(
        description="Facts about the entity that it is suggested of which speak for it, the weightiest first."
    )
    # What was written before these fields were there has to be published all the same.
    together: int = Field(
        0, ge=0, description="How many of the 20 newest articles that name the entity name the other one too."
    )
    together_at: AwareDatetime | None = Field(None, description="When the newest of these was published.")
    shared: float = Field(
        0.0,
        ge=0,
        description="Adamic and Adar's index: Σ 1 / ln(1 + facts of n) over all n that both have a fact with.",
    )

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
        together: int = 0,
        together_at: datetime | None = None,
        shared: float = 0.0,
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
            together=together,
            together_at=together_at,
            shared=shared,
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
