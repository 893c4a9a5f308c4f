"""Records that cannot be read are refused with a reason."""

from typing import Any

import orjson
import pytest

from streams.messages.base import EntityLocation
from streams.messages.cloud_events import cloud_event_headers
from streams.messages.events import Document, Entity, Identity, Triple
from streams.road.stage import PoisonError, Record
from streams.sink.decode import decode
from streams.sink.evidence_rules import Changes
from streams.sink.rows import DocumentRow, EntityRow, IdentityRow, TripleRow
from streams.sink.writing import _entities
from tests.streams.sink.sample import NOON, RELATIONS, document, triple


def record(event: Triple | Document | Identity, value: bytes | None = b"", **changes: Any) -> Record:
    fields = orjson.loads(event.model_dump_json())
    for path, changed in changes.items():
        *parents, last = path.split("__")
        target = fields
        for name in parents:
            target = target[name]
        target[last] = changed
    headers = tuple(cloud_event_headers(event, id_=event.id, source="test", time=NOON))
    return Record("triples", 0, 0, 0, b"a", orjson.dumps(fields) if value == b"" else value, headers)


APPLE = Entity.of("Apple", "organization")
IDENTITY = Identity(id=APPLE.id, entity=APPLE, wikidata="Q312")


def test_reads_each_kind() -> None:
    read = decode(record(triple()), RELATIONS)
    assert isinstance(read, TripleRow)
    assert (read.relation, read.seen) == ("CHIEF_EXECUTIVE_OFFICER", int(NOON.timestamp() * 1000))
    page = decode(record(document()), RELATIONS)
    assert isinstance(page, DocumentRow)
    assert sorted(page.mentions.values()) == [1, 2]
    item = decode(record(IDENTITY), RELATIONS)
    assert isinstance(item, IdentityRow)
    assert (item.id, item.entity.name, item.wikidata) == (APPLE.id, "Apple", "Q312")


def test_reads_where_a_place_is() -> None:
    oslo = Entity.of("Oslo", "location", EntityLocation(country="NO", latitude=59.9, longitude=10.7))
    read = decode(record(Identity(id=oslo.id, entity=oslo, wikidata=None)), RELATIONS)
    assert isinstance(read, IdentityRow)
    assert read.entity == EntityRow(oslo.id, "Oslo", "location", "NO", 59.9, 10.7)


def test_the_message_that_says_where_a_place_is_counts() -> None:
    changes = Changes()
    for row in (EntityRow("e", "Oslo", "location"), EntityRow("e", "Oslo", "location", "NO", 59.9, 10.7)):
        changes.add_entity(row)
    changes.add_entity(EntityRow("f", "Nowhere", "location"))
    rows = [(row["name"], row["country"], row["latitude"]) for row in _entities(changes)]
    assert rows == [("Oslo", "NO", 59.9), ("Nowhere", None, None)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (record(triple(), None), "null-value"),
        (record(triple(), b"{"), "not-json"),
        (record(triple(), b'"\xff"'), "not-json"),
        (record(triple(), b"{}"), "missing-field"),
        (record(triple(), subject__name=""), "wrong-field"),
        (record(triple(), confidence=2), "wrong-field"),
        (record(triple(), predicate__id="P169`]->()"), "wrong-field"),
        (record(triple(), subject__type="person`:Admin"), "wrong-field"),
        (record(triple(), predicate__id="P6"), "wrong-fact-id"),
        (record(triple(), object__id="somebody-else"), "wrong-fact-id"),
        (record(document(), observed_at="yesterday"), "wrong-field"),
        (record(IDENTITY, wikidata="312"), "wrong-field"),
        (record(IDENTITY, id="somebody-else"), "wrong-field"),
        (Record("triples", 0, 0, 0, b"a", b"{}"), "unknown-type"),
    ],
)
def test_refuses(bad: Record, reason: str) -> None:
    with pytest.raises(PoisonError) as refused:
        decode(bad, RELATIONS)
    assert refused.value.reason == reason


def test_refuses_numbers_that_do_not_fit() -> None:
    huge = triple().model_copy(deep=True)
    value = huge.model_dump_json().replace('"end":30', f'"end":{2**63}').encode()
    with pytest.raises(PoisonError, match="out-of-range"):
        decode(record(triple(), value), RELATIONS)


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00"])
def test_reads_the_ends_of_time(when: str) -> None:
    assert isinstance(decode(record(triple(), evidence__published_at=when), RELATIONS), TripleRow)
