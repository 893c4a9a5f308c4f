"""The messages on the topic `suggestions`: facts that nobody reported, but that are likely to hold."""

from datetime import datetime
from typing import Literal, Self

from pydantic import AwareDatetime, Field

from streams.messages.base import Event
from streams.messages.events import Entity, Identifier, Predicate, stable_id


class SuggestionReason(Event):
    """A fact that supports a suggestion."""

    fact: Identifier = Field(description="Id of the fact, as in its triples.")
    subject: Entity = Field(description="Subject of the fact.")
    predicate: Predicate = Field(description="Relation of the fact.")
    object: Entity = Field(description="Object of the fact.")
    weight: float = Field(
        ge=0, description="How much the log-odds of the suggestion drop if the model is not given this fact."
    )


class SharedStory(Event):
    """A story in which both entities of a suggestion take part."""

    id: Identifier = Field(description="The story's id, as in the Story messages on `triples`.")
    title: str = Field("", description="The story's title when the suggestion was computed; empty if it has none.")


class Suggested(Event):
    """A fact that nobody reported, but that is likely to hold."""

    id: Identifier = Field(description="Hash of the fact and of the entity that it is suggested for.")
    fact: Identifier = Field(description="Id that the fact has once it is reported.")
    kind: Literal["inferred"] = Field("inferred", description="Always `inferred`: suggested by a model, not reported.")
    subject: Entity = Field(description="The entity that the fact is about.")
    predicate: Predicate = Field(description="The relation.")
    object: Entity = Field(description="The other entity.")
    confidence: float = Field(
        ge=0, le=1, description="Calibrated probability that the fact is reported within two months."
    )
    reasons: tuple[SuggestionReason, ...] = Field(
        description="Facts about the entity that support the suggestion, the strongest first."
    )
    # Suggestions written before these fields existed must still be publishable.
    together: int = Field(
        0, ge=0, description="How many of the 20 newest articles that mention the entity also mention the other one."
    )
    together_at: AwareDatetime | None = Field(None, description="Time of publication of the newest of these articles.")
    shared: float = Field(
        0.0,
        ge=0,
        description="Adamic-Adar index: Σ 1 / ln(1 + facts of n) over all entities n that both have a fact with.",
    )
    story: SharedStory | None = Field(
        None, description="The newest story of the entity in which the other one takes part too; null without any."
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
        story: SharedStory | None = None,
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
            story=story,
        )


class Suggestions(Event):
    """All current suggestions for an entity. Topic `suggestions`, CloudEvents type `triplewire.suggestions`.

    The last message on an entity counts: a suggestion that it does not contain is withdrawn.
    """

    id: Identifier = Field(description="Id of the entity.")
    entity: Entity = Field(description="The entity.")
    suggestions: tuple[Suggested, ...] = Field(description="The suggestions, the most likely first.")
    model: str = Field(description="Model that made them.")
    model_version: str = Field(description="Version of that model.")
