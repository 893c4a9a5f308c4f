"""Which messages a stream's filters pass, and how a position is written and read."""

import pytest

from streams.api.feed import Filters, offsets_of, position_of
from streams.api.problems import ProblemError
from streams.messages.events import Entity, Predicate
from tests.streams.sink.sample import APPLE, TIM, document, triple


def passed(filters, event, type_="triple"):
    return filters.wants(type_, event.model_dump_json(by_alias=True).encode())


def test_without_filters_everything_passes_and_with_them_only_triples():
    assert passed(Filters(), document(), "document")
    assert not passed(Filters(relation="P169"), document(), "document")
    assert Filters().wants("whatever", b"\xff")


def test_each_filter_looks_at_its_own_part():
    strike = Entity.happening("a", "attack", "strike")
    said = triple(subject=strike, predicate=Predicate(id="whom", name="victim"), object_=TIM)
    assert passed(Filters(entities={TIM.id}), triple())
    assert passed(Filters(entities={APPLE.id}), triple())
    assert not passed(Filters(entities={strike.id}), triple())
    assert passed(Filters(class_="attack"), said)
    assert not passed(Filters(class_="protest"), said)
    assert passed(Filters(relation="victim"), said)
    assert not passed(Filters(entities={TIM.id}, class_="attack", relation="killed"), said)


@pytest.mark.parametrize("value", [b"\xff", b"[]", b"{}", b'{"subject": 1, "predicate": 2, "object": 3}', b"null"])
def test_what_cannot_be_read_does_not_pass_a_filter(value):
    assert not Filters(relation="P169").wants("triple", value)


def test_a_position_is_read_as_it_was_written():
    offsets = {2: 7, 0: 15, 10: 0}
    assert position_of(offsets) == "0:15,2:7,10:0"
    assert offsets_of(position_of(offsets)) == offsets


@pytest.mark.parametrize("position", ["", "x", "0", "0:", "0:1:2", "0:-1", "-1:0", "0:1,", "0:1;1:2", "0:1e3"])
def test_what_is_no_position_is_refused(position):
    with pytest.raises(ProblemError):
        offsets_of(position)
