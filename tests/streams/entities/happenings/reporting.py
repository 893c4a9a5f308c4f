"""Documents that report happenings, made in one line each."""

from datetime import UTC, datetime, timedelta

from inference.text.geography.atlas import locate
from streams.entities.happenings.memory import remembered
from streams.messages.base import Entity, EntityLocation, EntityMention
from streams.messages.events import Naming
from streams.messages.happening_events import HappeningReport
from streams.road.stage import Output, Record
from topology.topics import ENTITIES, MENTIONS

FIRST = datetime(2026, 6, 1, 8, tzinfo=UTC)
AT = int(FIRST.timestamp() * 1000) + 10**10


class Topic:
    """The topic `entities`: compacted, so of each key the last record."""

    def __init__(self) -> None:
        self.records: dict[bytes, Record] = {}

    def publish(self, outputs: list[Output]) -> None:
        for one in outputs:
            if one.topic == ENTITIES.name:
                key = one.key or b""
                self.records.pop(key, None)
                if one.value is not None:
                    self.records[key] = Record(one.topic, 0, 0, AT, key, one.value, tuple(one.headers))

    async def read(self, _bootstrap: str, _topic: str):
        for record in [*self.records.values()]:
            yield record


def record(document, offset, *, generation=1, headers=()):
    """Returns the record of a naming on `mentions`."""
    value = document.model_dump_json(by_alias=True).encode()
    return Record(MENTIONS.name, 0, offset, AT, document.id.encode(), value, headers, generation)


def place(name):
    found = locate(name)
    location = found and EntityLocation(country=found.country, latitude=found.latitude, longitude=found.longitude)
    return Entity.of(name, "location", location)


def body(name):
    return Entity.of(name, "organization")


def report(document, class_, trigger, words, *, who=(), where=(), hours=0, number=0, modality="asserted", day=None):
    """Returns the report of one happening, and the entities that it names."""
    happening = HappeningReport(
        happening=Entity.happening(document, class_, trigger, number),
        modality=modality,
        day=day,
        places=tuple(one.id for one in where),
        participants=tuple(one.id for one in who),
        words=tuple(words.lower().split()),
        headline=f"{document}: {trigger}",
        published_at=FIRST + timedelta(hours=hours),
    )
    return happening, (*who, *where)


def naming(document, *reports):
    """Returns the naming of a document with these reports."""
    entities = {entity.id: entity for _, named in reports for entity in named}
    return Naming(
        id=document,
        revision="1",
        mentions=tuple(EntityMention(entity=entity) for entity in entities.values()),
        happenings=tuple(happening for happening, _ in reports),
    )


def document(id_, *said, **more):
    """Returns the naming of a document that reports one happening; see `report`."""
    return naming(id_, report(id_, *said, **more))


def told_of(*namings):
    """Returns what the table learns from these."""
    return [(one.id, remembered(one)) for one in namings]


RUSSIA, IDF, ARMY = body("Armed Forces of Russia"), body("IDF"), body("Israel Defense Forces")
ZHYTOMYR, KHARKIV, UKRAINE = place("Zhytomyr"), place("Kharkiv"), place("Ukraine")

STRUCK = document(
    "reuters-1", "attack", "drone strike", "drone strike apartment block kills twelve zhytomyr ukraine",
    who=[RUSSIA], where=[ZHYTOMYR],
)  # fmt: skip
LATER = document(
    "afp-1", "attack", "strike", "seventeen dead russian strike residential block zhytomyr",
    who=[RUSSIA], where=[ZHYTOMYR, UKRAINE], hours=3,
)  # fmt: skip
DENIED = document(
    "reuters-2", "attack", "attack", "russian defence ministry denies attack apartment block zhytomyr",
    who=[RUSSIA], where=[ZHYTOMYR], hours=6, modality="denied",
)  # fmt: skip
NEXT_DAY = document(
    "afp-2", "attack", "strike", "rescuers end search after yesterday's strike apartment block zhytomyr",
    who=[RUSSIA], where=[ZHYTOMYR], hours=26,
)  # fmt: skip
ELSEWHERE = document(
    "reuters-3", "attack", "drone strike", "drone strike apartment block kills twelve kharkiv ukraine",
    who=[RUSSIA], where=[KHARKIV], hours=2,
)  # fmt: skip
WEEK_AFTER = document(
    "afp-3", "attack", "strike", "russian strike apartment block zhytomyr kills three",
    who=[RUSSIA], where=[ZHYTOMYR], hours=170,
)  # fmt: skip
