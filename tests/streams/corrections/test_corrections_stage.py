"""The corrections stage: what it passes on, where to, and what it refuses."""

import asyncio
from datetime import timedelta

import orjson
import pytest
from pydantic import ValidationError

from streams.corrections.erasing import names, words_of
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


def test_a_reason_that_was_erased_keeps_the_time_of_its_correction_and_none_is_from_the_future():
    forbid = made("forbid", APPLE, predicate=CEO, object=TIM)
    arrived = of(forbid, 5).time
    for said, passed in ((arrived - timedelta(days=9), arrived - timedelta(days=9)), (arrived + timedelta(1), arrived)):
        (one,) = passed_on(of(forbid.model_copy(update={"at": said}), 5))
        assert Correction.model_validate_json(one.value).at == passed


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("As WIRE-77\nsays", True),
        ("as wire-778 says", False),
        ("see https://example.org/a?b=1.", True),
        ("says Tim  leads  Apple.", True),
        ("Tim leads Apples.", False),
        ("it is a reprint", False),
        ("", False),
    ],
)
def test_a_reason_names_an_article_by_its_id_address_headline_or_a_sentence(reason, named):
    words = words_of(["wire-77", "https://example.org/a?b=1", "Tim leads Apple.", "is", None])
    assert names(reason, words) is named


@pytest.mark.parametrize("kind", ["merge", "split", "type", "wikidata"])
def test_happenings_are_not_merged_or_split_by_hand_and_the_refusal_says_what_can_be_done(kind):
    other = Entity.happening("b", "attack", "strike")
    for subject, object_ in ((STRIKE, other), (TIM, other), (STRIKE, TIM)):
        if kind == "wikidata" and subject is TIM:
            continue
        with pytest.raises(
            ValidationError, match=r"happenings cannot be corrected by .*; correct the happening's class"
        ):
            made(kind, subject, object=None if kind == "wikidata" else object_)


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
