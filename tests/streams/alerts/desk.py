"""Articles and watches for tests of alerts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from streams.alerts.aliases import Aliases
from streams.alerts.lookout import Lookout
from streams.alerts.matching import Matcher
from streams.alerts.memory import Memory
from streams.alerts.watch_list import WatchList
from streams.messages.alert_events import Alert
from streams.messages.base import EntityLocation
from streams.messages.events import Alias, Document, Entity, EntityMention, Literal_, Predicate, TextSpan, Triple
from streams.messages.events import Evidence as Evidence_
from tests.streams.sink.sample import APPLE, CEO, ONTOLOGY, TIM
from topology.ontology import HAPPENING_CLASS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOHN = Entity.of("John Ternus", "person")
REBELS = Entity.of("Boko Haram", "organization")
DIKWA = Entity.of("Dikwa", "location", EntityLocation(country="NG", latitude=12.0, longitude=13.9))
EMPLOYER = Predicate(id="P108", name="employer")
SETTLE = 5.0
_ROLES = {"who": "perpetrator", "where": "place", "killed": "number of deaths"}


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def evidence(document: str, source: str, minutes: float, start: int = 0) -> Evidence_:
    span = TextSpan(start=start, end=start + 5, text="Apple")
    return Evidence_(
        document=document, revision="1", field="body", sentence=span, subject=span, object=span, source=source,
        observed_at=at(minutes), model="test", model_version="1",
    )  # fmt: skip


def fact(
    document: str,
    object_: Entity | Literal_ = TIM,
    *,
    subject: Entity = APPLE,
    predicate: Predicate = CEO,
    source: str = "North Post",
    minutes: float = 0,
    confidence: float = 0.9,
    **said: Any,
) -> list[Document | Triple]:
    """Returns the records of an article that states one fact."""
    triple = Triple.of(subject, predicate, object_, confidence, evidence(document, source, minutes), **said)
    return article(document, [triple], source=source, minutes=minutes)


def happening(
    document: str, *, source: str = "North Post", minutes: float = 0, dead: str = "12", class_: str = "attack"
) -> list[Document | Triple]:
    """Returns the records of an article that reports one happening, the triple of its class last but one."""
    one = Entity.happening(document, class_, "attacked")
    fillers: dict[str, Entity | Literal_] = {"who": REBELS, "where": DIKWA}
    fillers["killed"] = Literal_(value=dead, datatype="xsd:decimal", unit="people")
    triples = [
        Triple.of(one, Predicate(id=role, name=_ROLES[role]), filler, 0.9, evidence(document, source, minutes, n))
        for n, (role, filler) in enumerate(fillers.items(), start=1)
    ]
    kind = Entity.of(class_, HAPPENING_CLASS)
    head = Triple.of(one, Predicate(id="P31", name="instance of"), kind, 0.9, evidence(document, source, minutes))
    return article(document, [*triples[:2], head, *triples[2:]], source=source, minutes=minutes)


def article(
    document: str, triples: list[Triple], *, source: str = "North Post", minutes: float = 0, **fields: Any
) -> list[Document | Triple]:
    head = Document(
        id=document, revision="1", headline=f"Headline of {document}", url=f"https://news.example/{document}",
        source=source, observed_at=at(minutes), triples=len(triples), **fields,
    )  # fmt: skip
    return [head, *triples]


def named(entity: Entity, *names: str) -> EntityMention:
    return EntityMention(entity=entity, names=names)


def retraction(document: str) -> Document:
    return Document(id=document, op="retract", observed_at=NOON)


def same(document: str, first: str, class_: str = "attack") -> Alias:
    """Returns the decision that two articles report one happening."""
    one, other = (Entity.happening(id_, class_, "attacked") for id_ in (document, first))
    return Alias(id=one.id, op="merge", alias=one, canonical=other, reason="happening")


class Desk:
    """Everything but Kafka: what an article says goes in, and alerts come out when they are due."""

    def __init__(self, *watches: dict[str, Any], since: datetime = NOON, memory: Memory | None = None) -> None:
        listed = WatchList.model_validate({"watches": [{"name": f"w{n}", **one} for n, one in enumerate(watches)]})
        self.memory = memory or Memory(SETTLE)
        self.lookout = Lookout(Matcher(listed, ONTOLOGY, Aliases()), self.memory)
        self.memory.watch(listed.watches, {one.name: since for one in listed.watches})
        self.now = 0.0

    def read(self, *events: Document | Triple | Alias) -> None:
        for event in events:
            self.lookout.learn(0, event, self.now)

    def alerts(self, after: float = 60.0) -> list[Alert]:
        """Returns what is due by then, and takes note that it was published."""
        self.now += after
        found = self.memory.due(self.now)
        for place, alert in found:
            self.memory.said(place, alert.id)
        return [alert for _, alert in found]
