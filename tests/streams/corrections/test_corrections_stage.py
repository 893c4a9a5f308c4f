"""The corrections stage: what it passes on, where to, and what it refuses."""

import asyncio

import orjson
import pytest

from streams.corrections.stage import CorrectionsStage
from streams.messages.correction_events import CLASS_OF, Correction
from streams.messages.events import Entity, Predicate
from streams.road.stage import Item, PoisonError, Record
from streams.suggestions import changed
from topology.topics import CORRECTIONS, MENTIONS, TRIPLES

APPLE, TIM, ANN = Entity.of("Apple", "organization"), Entity.of("Tim Cook", "person"), Entity.of("Ann Lee", "person")
STRIKE = Entity.happening("a", "attack", "strike")
CEO = Predicate(id="P169", name="chief executive officer")
BOTH, FACTS = [TRIPLES.name, MENTIONS.name], [TRIPLES.name]


def made(kind, subject=TIM, **fields):
    return Correction.of(kind, subject, by="eve", why="known", **fields)


def record(value, key, offset=0):
    return Record(CORRECTIONS.name, 0, offset, 1_700_000_000_000 + offset, key, value)


def of(correction, offset=0):
    return record(correction.model_dump_json().encode(), correction.id.encode(), offset)


def passed_on(*records):
    stage = CorrectionsStage()
    return asyncio.run(stage.process([Item(one, stage.parse(one)) for one in records]))


@pytest.mark.parametrize(
    ("correction", "topics"),
    [
        (made("forbid", APPLE, predicate=CEO, object=TIM), FACTS),
        (made("confirm", APPLE, predicate=CEO, object=TIM), FACTS),
        (made("class", STRIKE, predicate=CLASS_OF, object=Entity.of("accident", "happening_class")), FACTS),
        (made("merge", object=ANN), BOTH),
        (made("split", object=ANN), BOTH),
        (made("wikidata", wikidata="Q1"), BOTH),
        (Correction(id="k-1", op="withdraw", by="eve", why="no"), BOTH),
    ],
)
def test_a_correction_goes_where_it_acts_with_the_time_of_its_arrival(correction, topics):
    outputs = passed_on(of(correction))
    assert [one.topic for one in outputs] == topics
    for one in outputs:
        said = Correction.model_validate_json(one.value)
        assert said.model_copy(update={"at": None}) == correction
        assert said.at == of(correction).time
        assert (one.key, dict(one.headers)["ce_type"]) == (correction.id.encode(), b"triplewire.correction")


def test_what_is_corrected_is_one_thing_however_it_is_corrected():
    forbid, confirm = (made(kind, APPLE, predicate=CEO, object=TIM) for kind in ("forbid", "confirm"))
    assert forbid.id == confirm.id != made("forbid", APPLE, predicate=CEO, object=ANN).id
    assert made("merge", object=ANN).id == made("type", object=Entity.of("Tim Cook", "work")).id
    assert made("merge", object=ANN).id != made("wikidata", wikidata="Q1").id


def test_what_cannot_be_read_or_is_no_correction_is_refused():
    good = made("merge", object=ANN)
    fields = good.model_dump(mode="json")
    for reason, value, key in (
        ("null-value", None, good.id),
        ("wrong-key", fields, "k-other"),
        ("not-a-correction", fields | {"id": "k-0"}, "k-0"),
        ("not-a-correction", fields | {"object": fields["subject"]}, good.id),
        ("not-a-correction", fields | {"kind": "forbid"}, good.id),
        ("not-a-correction", fields | {"object": None}, good.id),
        ("not-a-correction", fields | {"subject": STRIKE.model_dump(mode="json")}, good.id),
        ("wrong-field", fields | {"why": "x" * 2001}, good.id),
        ("missing-field", {"id": good.id}, good.id),
    ):
        sent = record(None if value is None else orjson.dumps(value), key.encode())
        with pytest.raises(PoisonError) as error:
            CorrectionsStage().parse(sent)
        assert error.value.reason == reason, error.value


def test_suggestions_are_looked_at_again():
    (output,) = passed_on(of(made("forbid", APPLE, predicate=CEO, object=TIM)))
    found = changed.read(Record(TRIPLES.name, 0, 0, 0, output.key, output.value, tuple(output.headers)))
    assert found.entities == {APPLE.id, TIM.id}
