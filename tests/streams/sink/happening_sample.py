"""Articles that report happenings, made up: three reports of an attack, a denial of it, and talks after it."""

from typing import Any

from streams.messages.events import Document, Entity, EntityMention, Evidence, Literal_, Predicate, TextSpan, Triple
from streams.messages.happening_events import Story
from tests.streams.sink.sample import at
from topology.ontology import Role

RUSSIA, KYIV, ODESA = (Entity.of(name, "location") for name in ("Russia", "Kyiv", "Odesa"))
MOSCOW = Entity.of("Dmitry Peskov", "person")
DAY_MS = 24 * 60


def happening(document: str, class_: str = "attack", name: str = "strike", number: int = 0) -> Entity:
    return Entity.happening(document, class_, name, number)


def day(value: str) -> Literal_:
    return Literal_(value=value, datatype="xsd:date")


def people(count: int) -> Literal_:
    return Literal_(value=str(count), datatype="xsd:decimal", unit="people")


def told(
    what: Entity,
    document: str,
    *,
    sentence: str | None = None,
    source: str = "Wire",
    published: float = 0,
    confidence: float = 0.9,
    headline: str | None = None,
    qualifier: str = "",
    roles: dict[Role, Entity | Literal_ | tuple[Entity, ...]] | None = None,
    **more: Any,
) -> list[Document | Triple]:
    """An article that reports a happening, on the day `published` after noon of the first."""
    text = sentence or f"As {source} puts it in {document}, a {what.name} came about."
    when = at(published * DAY_MS)
    mentioned = [each for given in (roles or {}).values() for each in _each(given) if isinstance(each, Entity)]
    article = Document(
        id=document,
        revision="1",
        headline=headline or f"Headline of {document}",
        source=source,
        published_at=when,
        observed_at=when,
        mentions=tuple(EntityMention(entity=each) for each in dict.fromkeys(mentioned)),
    )

    def triple(predicate: Predicate, object_: Entity | Literal_, nth: int) -> Triple:
        evidence = Evidence(
            document=document,
            revision="1",
            field="body",
            sentence=TextSpan(start=0, end=len(text), text=text),
            subject=TextSpan(start=0, end=len(what.name), text=what.name),
            object=TextSpan(start=nth, end=nth + 5, text="thing"),
            published_at=when,
            observed_at=when,
            model="test",
            model_version="1",
        )
        made = Triple.of(what, predicate, object_, confidence, evidence)
        number = isinstance(object_, Literal_) and object_.datatype == "xsd:decimal"
        return made.model_copy(update={"modality": "asserted", "qualifier": qualifier if number else "", **more})

    kind = Entity.of(what.class_ or "", "happening_class")
    said = [(Predicate(id="P31", name="instance of"), kind)]
    said += [
        (Predicate(id=role, name=f"{role} of it"), each)
        for role, given in (roles or {}).items()
        for each in _each(given)
    ]
    return [article, *(triple(predicate, object_, nth) for nth, (predicate, object_) in enumerate(said))]


def _each(given: Any) -> tuple[Any, ...]:
    return given if isinstance(given, tuple) else (given,)


def in_story(what: Entity, story: str | None, title: str = "The war") -> Story:
    return Story(id=what.id, happening=what, story=story, title=title if story else "")


FIRST, SECOND, COPY, DENIED = (happening(id_) for id_ in ("r", "a", "c", "d"))
TALKS = happening("t", "meeting", "talks")


def attack() -> list[Document | Triple]:
    """Reuters, a copy of it, and AP a day later with another number; Moscow's denial; and talks."""
    first = {"who": RUSSIA, "where": KYIV, "when": day("2026-03-01")}
    wording = "A Russian strike killed people in Kyiv."
    return [
        *told(FIRST, "r", source="Reuters", sentence=wording, roles={**first, "killed": people(12)}),
        *told(COPY, "c", source="Daily", published=0.1, sentence=wording, roles={**first, "killed": people(12)}),
        *told(
            SECOND,
            "a",
            source="AP",
            published=1,
            confidence=0.8,
            qualifier="at least",
            roles={**first, "killed": people(17), "injured": people(40)},
        ),
        *told(
            DENIED, "d", source="TASS", published=1.5, modality="denied", attributed_to=MOSCOW, roles={"who": RUSSIA}
        ),
        *told(TALKS, "t", source="AP", published=3, roles={"who": RUSSIA, "where": ODESA}),
    ]
