"""A media item and what was seen of it, as documents and triples."""

from typing import Any

from neo4j import AsyncDriver

from streams.messages.events import (
    MEDIA_TYPE,
    Colour,
    Document,
    Entity,
    EntityMention,
    Evidence,
    Literal_,
    MediaFacts,
    Predicate,
    Scene,
    Spot,
    TextSpan,
    Triple,
)
from tests.streams.sink.sample import APPLE, at

NOWHERE = TextSpan(start=0, end=0, text="")
DOG = Entity(id="o-dog", name="dog", type="object")


def media(id_: str = "m", *, revision: str = "1", observed: float = 0, kind: Any = "video", **fields: Any) -> Document:
    facts = MediaFacts(
        kind=kind,
        uri="https://example.org/m.mp4",
        article="a",
        sha256="0" * 64,
        size=10,
        format="video/mp4",
        colours=(Colour(name="red", share=0.75),),
        scenes=(Scene(begin=0, end=2.5, motion=0.5, camera=0.25),),
    )
    return Document(
        id=id_,
        revision=revision,
        observed_at=at(observed),
        mentions=(EntityMention(entity=APPLE),),
        media=facts.model_copy(update=fields),
    )


def attribute(
    predicate: Predicate, value: Literal_ | Entity, *, revision: str = "1", spot: Spot | None = None
) -> Triple:
    evidence = Evidence(
        document="m",
        revision=revision,
        field="media",
        sentence=NOWHERE,
        subject=NOWHERE,
        object=NOWHERE,
        spot=spot or Spot(media="m"),
        observed_at=at(0),
        model="media",
        model_version="1",
    )
    return Triple.of(Entity(id="m", name="m", type=MEDIA_TYPE), predicate, value, 1, evidence, kind="attribute")


WIDE = attribute(Predicate(id="P2049", name="width"), Literal_(value="640", datatype="xsd:integer", unit="px"))
SEEN = attribute(
    Predicate(id="P180", name="depicts"),
    DOG,
    spot=Spot(media="m", begin=1, end=2, frame=1.5, box=(1, 2, 30, 40), depth=0.5),
)


async def ask(driver: AsyncDriver, query: str, **parameters: Any) -> list[Any]:
    return [r.values() for r in (await driver.execute_query(query, parameters_=parameters)).records]
