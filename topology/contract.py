"""Generates the JSON Schemas in `topology/schemas/` from the message models in `streams/messages`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic.json_schema import GenerateJsonSchema
from pydantic_core.core_schema import DataclassField, ModelField, TypedDictField

from streams.messages import events
from streams.messages.alert_events import Alert, AlertArticle
from streams.messages.base import Event
from streams.messages.cloud_events import CE_TYPES
from streams.messages.correction_events import Correction
from streams.messages.happening_events import Story
from streams.messages.suggestion_events import Suggestions
from topology.ontology import HAPPENING_CLASS
from topology.topics import ALERTS, CORRECTIONS, RAW_MEDIA, RAW_NEWS, SUGGESTIONS, TRIPLES, Topic

SCHEMAS = Path(__file__).resolve().parent / "schemas"

Mode = Literal["validation", "serialization"]

# A producer may omit fields with a default ("validation"); a consumer gets every field ("serialization").
MESSAGES: dict[str, tuple[type[Event], Topic, Mode]] = {
    "article": (events.Article, RAW_NEWS, "validation"),
    "media-item": (events.MediaItem, RAW_MEDIA, "validation"),
    "document": (events.Document, TRIPLES, "serialization"),
    "triple": (events.Triple, TRIPLES, "serialization"),
    "alias": (events.Alias, TRIPLES, "serialization"),
    "identity": (events.Identity, TRIPLES, "serialization"),
    "story": (Story, TRIPLES, "serialization"),
    "correction": (Correction, CORRECTIONS, "validation"),
    "suggestions": (Suggestions, SUGGESTIONS, "serialization"),
    "alert": (Alert, ALERTS, "serialization"),
}


def example() -> tuple[events.Document, events.Triple]:
    """Returns a document and a triple about a public fact, as they would be on the topic."""
    body = "Microsoft on Tuesday named Satya Nadella its chief executive officer. He succeeds Steve Ballmer."

    def span(text: str) -> events.TextSpan:
        start = body.index(text)
        return events.TextSpan(start=start, end=start + len(text), text=text)

    article = events.Article(
        id="example-2014-02-04",
        headline="Microsoft names a new chief executive",
        body=body,
        url="https://example.org/2014/02/04/microsoft",
        source="Example Wire",
        published_at=datetime(2014, 2, 4, 14, 0, tzinfo=UTC),
        language="en",
        author="By Jane Doe",
    )
    observed = datetime(2014, 2, 4, 14, 0, 1, tzinfo=UTC)
    company, person = events.Entity.of("Microsoft", "organization"), events.Entity.of("Satya Nadella", "person")
    triple = events.Triple.of(
        company,
        events.Predicate(id="P169", name="chief executive officer"),
        person,
        0.93,
        events.Evidence(
            document=article.id,
            revision=article.revision,
            field="body",
            sentence=span(body.split(". ", maxsplit=1)[0] + "."),
            subject=span("Microsoft"),
            object=span("Satya Nadella"),
            source=article.source,
            url=article.url,
            published_at=article.published_at,
            observed_at=observed,
            model="text_extraction",
            model_version="1",
        ),
    )
    document = events.Document(
        id=article.id,
        revision=article.revision,
        headline=article.headline,
        url=article.url,
        source=article.source,
        published_at=article.published_at,
        observed_at=observed,
        language=article.language,
        author=article.author,
        keywords=(events.Keyword(term="satya nadella", score=0.4821), events.Keyword(term="microsoft", score=0.377)),
        values=(
            events.Value(
                field="body",
                where=span("Tuesday"),
                value=events.Literal_(value="2014-02-04", datatype="xsd:date"),
            ),
        ),
        mentions=(events.EntityMention(entity=company, count=2), events.EntityMention(entity=person)),
        triples=1,
        brings=(),
    )
    return document, triple


def alias_example() -> events.Alias:
    """Returns a decision on a name, as it would be on the topic."""
    surname, person = (events.Entity.of(name, "person") for name in ("Nadella", "Satya Nadella"))
    return events.Alias(id=surname.id, op="merge", alias=surname, canonical=person, reason="surname")


def identity_example() -> events.Identity:
    """Returns the Wikidata item of a company, as it would be on the topic."""
    company = events.Entity.of("Microsoft", "organization")
    return events.Identity(id=company.id, entity=company, wikidata="Q2283")


def happening_example() -> tuple[events.Triple, ...]:
    """Returns what is said of one happening, as it would be on the topic: its class, and a triple a role."""
    body = "At least 12 people were killed when Boko Haram attacked the town of Dikwa on Monday."
    id_ = "example-2026-03-02"

    def span(text: str) -> events.TextSpan:
        start = body.index(text)
        return events.TextSpan(start=start, end=start + len(text), text=text)

    happening = events.Entity.happening(id_, "attack", "attacked")
    day = events.Literal_(value="2026-03-02", datatype="xsd:date")
    dead = events.Literal_(value="12", datatype="xsd:decimal", unit="people")
    said: tuple[tuple[str, str, str | None, events.Entity | events.Literal_, str, float], ...] = (
        ("P31", "instance of", None, events.Entity.of("attack", HAPPENING_CLASS), "attacked", 0.94),
        ("who", "perpetrator", "P8031", events.Entity.of("Boko Haram", "organization"), "Boko Haram", 0.91),
        ("where", "place", "P276", events.Entity.of("Dikwa", "location"), "Dikwa", 0.86),
        ("when", "point in time", "P585", day, "Monday", 0.88),
        ("killed", "number of deaths", "P1120", dead, "At least 12 people", 0.9),
    )
    published = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    return tuple(
        events.Triple.of(
            happening,
            events.Predicate(id=predicate, name=name, wikidata=wikidata),
            object_,
            confidence,
            events.Evidence(
                document=id_,
                revision="1f0c2b6a9d3e4857",
                field="body",
                sentence=span(body),
                subject=span("attacked"),
                object=span(words),
                source="Example Wire",
                published_at=published,
                observed_at=published,
                model="text_extraction",
                model_version="2",
            ),
            qualifier="at least" if predicate == "killed" else "",
        )
        for predicate, name, wikidata, object_, words, confidence in said
    )


def story_example() -> Story:
    """Returns the story that this happening belongs to, as it would be on the topic."""
    happening = happening_example()[0].subject
    return Story(
        id=happening.id,
        happening=happening,
        story="s-6f1b0c6d8f0a4f7e9f2c3f5d7c1e2a90",
        title="Attacks in north-eastern Nigeria",
    )


def correction_example() -> Correction:
    """Returns an editor's word that a fact does not hold, as it would be on the topic `triples`."""
    company, person = events.Entity.of("Microsoft", "organization"), events.Entity.of("Steve Ballmer", "person")
    correction = Correction.of(
        "forbid",
        company,
        predicate=events.Predicate(id="P169", name="chief executive officer"),
        object=person,
        by="jane.doe",
        why="He left in February 2014; the article is a reprint.",
    )
    return correction.model_copy(update={"at": datetime(2014, 3, 1, 9, 0, tzinfo=UTC)})


def alert_example() -> Alert:
    """Returns the alert of a watch for this happening, as it would be on the topic."""
    triples = happening_example()
    evidence = triples[0].evidence
    return Alert(
        id="a-2c8f5d1b0e6a4937b1d20c7e9f3a5b64",
        watch="attacks-in-nigeria",
        kind="happening",
        why="reported",
        text="attack (attacked): perpetrator Boko Haram; place Dikwa; number of deaths at least 12 people",
        found_at=evidence.observed_at,
        article=AlertArticle(
            id=evidence.document,
            headline="Twelve killed in attack on Dikwa",
            url="https://example.org/2026/03/02/dikwa",
            source=evidence.source,
            published_at=evidence.published_at,
        ),
        triples=triples,
        sources=("Example Wire", "North Post"),
    )


def spot_example() -> events.Spot:
    """Returns the place of a sign in a video."""
    return events.Spot(media="example-video", begin=12.0, end=15.5, frame=12.5, box=(410.0, 96.0, 702.0, 148.0))


def media_example() -> events.MediaFacts:
    """Returns the media fields of a video's document."""
    return events.MediaFacts(
        kind="video",
        uri="https://example.org/2014/02/04/microsoft.mp4",
        article="example-2014-02-04",
        caption="Satya Nadella speaks to employees",
        sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        size=1_482_311,
        format="video/mp4",
        colours=(events.Colour(name="blue", share=0.58), events.Colour(name="white", share=0.21)),
        scenes=(events.Scene(begin=0.0, end=8.4, motion=0.031, camera=0.004),),
    )


class MessageSchema(GenerateJsonSchema):
    """Marks every field of a published message as required, including those with a default; pydantic does not."""

    def field_is_required(self, field: ModelField | DataclassField | TypedDictField, total: bool) -> bool:
        """Returns whether a field is always there."""
        return self.mode == "serialization" or super().field_is_required(field, total)


def schema(name: str) -> dict[str, Any]:
    """Returns the JSON Schema (draft 2020-12) of a message of `MESSAGES`."""
    model, topic, mode = MESSAGES[name]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:triplewire:{topic.name}:{CE_TYPES[model]}",
        **model.model_json_schema(mode=mode, schema_generator=MessageSchema),
    }


def files() -> dict[Path, str]:
    """Returns the content of the generated schemas, by path."""
    return {
        SCHEMAS / f"{name}.json": json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n" for name in MESSAGES
    }
