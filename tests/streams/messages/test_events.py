from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from streams.messages.events import Article, Entity, Evidence, Literal_, Predicate, TextSpan, Triple, stable_id

WHEN = datetime(2024, 5, 1, tzinfo=UTC)


def evidence(document: str = "a-1", revision: str = "r1", start: int = 0) -> Evidence:
    span = TextSpan(start=start, end=start + 5, text="Maria")
    return Evidence(
        document=document,
        revision=revision,
        field="body",
        sentence=TextSpan(start=0, end=30, text="Maria leads the national bank."),
        subject=TextSpan(start=16, end=29, text="national bank"),
        object=span,
        observed_at=WHEN,
        model="text_extraction",
        model_version="1",
    )


def triple(**changes: object) -> Triple:
    parts = {
        "subject": Entity.of("National Bank", "organization"),
        "predicate": Predicate(id="P169", name="chief executive officer"),
        "object_": Entity.of("Maria", "person"),
        "confidence": 0.9,
        "evidence": evidence(),
    }
    return Triple.of(**(parts | changes))


def test_the_same_parts_and_evidence_always_give_the_same_ids():
    # Written down once: ids are a public contract, a change of the recipe would double every fact of every graph.
    assert triple().id == triple(confidence=0.4).id == "t-0c4f1c3b0ff2cb8e56e5724916e18f08"
    assert triple().fact == "f-89c1b1c902b135e384def22762e40907"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": Entity.of("National Bank", "location")},
        {"predicate": Predicate(id="P488", name="chairperson")},
        {"object_": Entity.of("Mario", "person")},
        {"object_": Literal_(value="Maria")},
    ],
)
def test_another_part_is_another_fact(changes):
    assert triple(**changes).fact != triple().fact
    assert triple(**changes).id != triple().id


@pytest.mark.parametrize("other", [evidence(document="a-2"), evidence(revision="r2"), evidence(start=7)])
def test_other_evidence_is_another_triple_of_the_same_fact(other):
    assert triple(evidence=other).fact == triple().fact
    assert triple(evidence=other).id != triple().id


def test_the_model_version_is_no_part_of_the_id():
    # A sentence read again by a newer model is the same evidence, not a second piece of it.
    newer = evidence().model_copy(update={"model_version": "2"})
    assert triple(evidence=newer).id == triple().id


@given(st.lists(st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"])), min_size=2, max_size=4))
def test_moving_characters_between_parts_changes_the_id(parts):
    joined = ["".join(parts[:2]), *parts[2:]]
    assert stable_id("x", *parts) != stable_id("x", *joined)


def test_an_object_entity_and_a_value_survive_the_wire():
    for target in (Entity.of("Maria", "person"), Literal_(value="2024-05-01", datatype="xsd:date")):
        sent = triple(object_=target)
        assert Triple.model_validate_json(sent.model_dump_json()) == sent


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": "a"}, "body is empty"),
        ({"id": "a", "body": " \n\t"}, "body is empty"),
        ({"id": "a", "body": "x\x00y"}, "NUL"),
        ({"id": "", "body": "x"}, "at least 1 character"),
        ({"id": "a", "body": "x", "published_at": "2024-05-01T10:00:00"}, "timezone"),
        ({"id": "a", "body": "x", "op": "delete"}, "'upsert' or 'retract'"),
        ({"id": 7, "body": "x"}, "valid string"),
    ],
)
def test_an_unusable_article_says_what_is_wrong(fields, reason):
    with pytest.raises(ValidationError, match=reason):
        Article.model_validate(fields)


def test_a_retraction_needs_no_text_and_unknown_fields_are_let_through():
    assert Article.model_validate({"id": "a", "op": "retract", "desk": "world"}).op == "retract"


def test_another_text_is_another_revision():
    first = Article(id="a", headline="h", body="b")
    assert first.revision == Article(id="z", headline="h", body="b", source="s").revision
    assert first.revision != Article(id="a", headline="hb", body="b").revision
    assert Article(id="a", headline="h", body="b").revision != Article(id="a", headline="", body="hb").revision
