"""What a stream about a place passes: in which order, from where on, and within which memory."""

from types import SimpleNamespace

import pytest

from streams.api import in_place
from streams.api.feed import Filters, Selection
from streams.api.in_place import InPlace
from streams.desk.places import Within
from streams.messages.base import EntityLocation
from streams.messages.events import Entity
from tests.streams.sink.happening_sample import KYIV, RUSSIA, happening, told
from tests.streams.sink.sample import APPLE, CUPERTINO, SEAT, document, triple

UKRAINE = Within(frozenset({KYIV.id}), "UA")
LVIV = Entity.of("Lviv", "location", EntityLocation(country="UA"))


def written(events):
    return [event.model_dump_json(by_alias=True).encode() for event in events]


def passed(place, events):
    """Returns for each message what it lets through."""
    return [list(place.passing("triple", value)) for value in written(events)]


def said(name, **roles):
    """The triples of a happening: its class, then its roles in this order."""
    return told(happening(name), name, roles=roles)[1:]


def test_a_fact_passes_by_either_end_and_a_place_by_its_country():
    seat = triple(object_=CUPERTINO, predicate=SEAT)
    assert passed(InPlace(Within(frozenset({CUPERTINO.id}))), [seat, triple()]) == [written([seat]), []]
    mayor = triple(subject=LVIV)
    assert passed(InPlace(UKRAINE), [mayor, seat]) == [written([mayor]), []]
    assert list(InPlace(UKRAINE).passing("document", written([document()])[0])) == []


def test_all_that_is_said_of_a_happening_passes_once_its_place_is_known():
    before = said("a", who=RUSSIA, where=KYIV, with_=APPLE)
    elsewhere = said("b", who=RUSSIA, where=CUPERTINO)
    mixed = [before[0], elsewhere[0], before[1], elsewhere[1], before[2], elsewhere[2], before[3]]
    place = InPlace(UKRAINE)
    assert passed(place, mixed) == [[], [], [], [], written(before[:3]), [], written(before[3:])]


@pytest.mark.parametrize("limit", ["MOST_HAPPENINGS", "MOST_HELD"])
def test_what_is_held_back_is_bounded(monkeypatch, limit):
    first, second = said("a", who=RUSSIA, where=KYIV), said("b", who=RUSSIA, where=KYIV)
    monkeypatch.setattr(in_place, limit, 1 if limit == "MOST_HAPPENINGS" else len(written(second)[0]))
    place = InPlace(UKRAINE)
    assert passed(place, [first[0], second[0], second[2], first[2]]) == [
        [], [], written([second[0], second[2]]), written([first[2]])
    ]  # fmt: skip


@pytest.mark.parametrize("value", [b"\xff", b"[]", b"{}", b'{"subject": 1, "object": 3}', b"null"])
def test_what_cannot_be_read_does_not_pass(value):
    assert list(InPlace(UKRAINE).passing("triple", value)) == []


def read(values, begin, filters):
    """Returns what a client gets of one partition that it was to read from `begin` on, as (id, data)."""
    selection = Selection(filters)
    selection.begin(0, begin)
    headers = [("ce_type", b"org.triplewire.triple")]
    records = [SimpleNamespace(offset=n, value=value, headers=headers) for n, value in enumerate(values)]
    return [(event.id, event.data.encode()) for record in records for event in selection.events(0, record)]


def test_a_stream_that_is_taken_up_again_anywhere_misses_nothing():
    values = written([*said("a", who=RUSSIA, where=KYIV, with_=APPLE), triple(), *said("b", where=KYIV)])
    filters = Filters(place=UKRAINE)
    whole = read(values, 0, filters)
    assert [data for _, data in whole] == [*values[:4], *values[5:]]
    for sent, (id_, _) in enumerate(whole, 1):
        again = [data for _, data in read(values, int(id_.partition(":")[2]), filters)]
        missing = [data for _, data in whole[sent:]]
        assert again[len(again) - len(missing) :] == missing


def test_other_filters_hold_for_what_is_held_back_too():
    values = written(said("a", who=RUSSIA, what=APPLE, where=KYIV))
    asked = Filters(entities={RUSSIA.id}, place=UKRAINE)
    assert [data for _, data in read(values, 0, asked)] == [values[1]]
