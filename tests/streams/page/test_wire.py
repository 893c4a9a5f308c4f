"""What the wire keeps of the messages that arrive, without Kafka."""

from streams.messages.events import Entity
from streams.page import wire
from streams.page.wire import Wire
from streams.page.wire_view import Filter
from tests.streams.sink.happening_sample import KYIV, MOSCOW, RUSSIA, happening, told
from tests.streams.sink.sample import APPLE, TIM, triple
from topology.settings import Settings


def taken(*events):
    found = Wire(Settings())
    for event in events:
        found.take(event.model_dump_json(by_alias=True))
    return found


def test_a_fact_arrives_with_its_sentence_and_ids():
    (item,) = taken(triple()).since(0)
    assert (item.kind, item.subject.name, item.relation) == ("fact", "Apple", "chief executive officer")
    assert (item.subject.id, item.objects[0][1].id) == (APPLE.id, TIM.id)
    assert item.sentence == "Apple is led by Tim Cook, 65."


def test_what_is_only_said_is_a_claim_that_names_who_says_it():
    (item,) = taken(triple(modality="denied", attributed_to=MOSCOW)).since(0)
    assert (item.kind, item.standing) == ("claim", "denied by Dmitry Peskov")


def test_the_triples_of_a_happening_are_one_item():
    _, *said = told(happening("r"), "r", roles={"who": RUSSIA, "where": KYIV})
    found = taken(*said[:2])
    (first,) = found.since(0)
    for event in said[2:]:
        found.take(event.model_dump_json(by_alias=True))
    (later,) = found.since(first.changed)
    assert [name.name for _, name in later.objects] == ["Russia", "Kyiv"]
    assert later.relation == "attack"
    assert found.since(later.changed) == []


def test_a_repeated_message_changes_nothing():
    once, twice = taken(triple()), taken(triple(), triple())
    assert once.changes == twice.changes == 1


def test_what_no_reader_wants_is_left_out(monkeypatch):
    found = taken(triple(kind="attribute"))
    for broken in ("", "[]", "{}", '{"kind": 1}'):
        found.take(broken)
    assert found.since(0) == []
    monkeypatch.setattr(wire, "MOST", 3)
    for number in range(9):
        found.take(triple(object_=Entity.of(f"P {number}", "person"), start=number).model_dump_json(by_alias=True))
    assert [item.objects[0][1].name for item in found.since(0)] == ["P 6", "P 7", "P 8"]


def test_a_filter_looks_for_all_words_anywhere():
    (item,) = taken(triple()).since(0)
    assert Filter("fact", "COOK apple").wants(item)
    assert Filter("", "executive led").wants(item)
    assert not Filter("happening", "").wants(item)
    assert not Filter("", "apple pear").wants(item)
