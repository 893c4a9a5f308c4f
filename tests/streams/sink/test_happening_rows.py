"""How messages about happenings become rows: types of relationships, claims, classes, and the user's own names."""

import pytest

from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import Entity, Predicate
from streams.messages.happening_events import Story
from streams.road.stage import Record
from streams.sink.conversion import triple_row
from streams.sink.decode import decode
from streams.sink.rows import StoryRow
from streams.suggestions.changed import Change, read
from tests.streams.sink.happening_sample import FIRST, RUSSIA, in_story, people, told
from tests.streams.sink.sample import RELATIONS, TIM, at, merged, millis, triple
from topology.graph.names import CLAIMED, HAPPENING_TYPES, STATED, entity_label, fact_types
from topology.ontology import ROLES, EntityTypeSpec, Ontology, RelationSpec


def record(event, timestamp=0):
    headers = (("ce_type", CE_TYPES[type(event)].encode()),)
    return Record("triples", 0, 0, timestamp, b"k", event.model_dump_json().encode(), headers)


def test_every_role_of_the_ontology_has_a_relationship_type():
    assert set(HAPPENING_TYPES) == {"P31", *ROLES}


@pytest.mark.parametrize(("role", "type_"), HAPPENING_TYPES.items())
def test_a_role_becomes_its_relationship_and_only_of_a_happening(role, type_):
    said = triple(subject=FIRST, predicate=Predicate(id=role, name="as its class calls it"), object_=RUSSIA)
    row = triple_row(said, RELATIONS)
    assert (row.relation, row.property, row.name) == (type_, role, "as its class calls it")
    assert (row.subject.label, row.subject.class_) == ("Happening", "attack")
    elsewhere = triple(subject=TIM, predicate=Predicate(id=role, name="n"), object_=RUSSIA)
    assert triple_row(elsewhere, {role: "OWN"}).relation == "OWN"


def test_what_no_role_is_called_is_stated_and_never_taken_from_the_ontology():
    said = triple(subject=FIRST, predicate=Predicate(id="P169", name="chief executive officer"), object_=RUSSIA)
    assert triple_row(said, RELATIONS).relation == STATED


def test_a_number_keeps_how_it_is_qualified_and_a_trigger_reports_no_change():
    rows = [
        triple_row(one, RELATIONS)
        for one in told(
            FIRST,
            "a",
            sentence="Ann was appointed to lead it.",
            qualifier="at least",
            roles={"who": RUSSIA, "killed": people(12)},
        )[1:]
    ]
    assert [row.evidence["qualifier"] for row in rows] == [None, None, "at least"]
    assert [row.evidence["change"] for row in rows] == [None, None, None]


@pytest.mark.parametrize("modality", ["planned", "possible", "denied"])
def test_what_nobody_asserts_is_a_claim(modality):
    for said in told(FIRST, "a", modality=modality, roles={"who": RUSSIA})[1:]:
        row = triple_row(said, RELATIONS)
        assert row.relation == CLAIMED
        assert row.claim is not None
        assert (row.claim.relation, row.claim.modality) == (HAPPENING_TYPES[said.predicate.id], modality)


def test_a_relation_or_type_of_the_user_with_one_of_these_names_gets_an_underscore():
    names = ["who", "instance of", "in place", "part of story"]
    relations = tuple(
        RelationSpec(id=f"own{n}", name=name, domain=("person",), range=("person",)) for n, name in enumerate(names)
    )
    types = fact_types(Ontology(entity_types=(EntityTypeSpec(name="person"),), relations=relations))
    assert [types[f"own{n}"] for n in range(4)] == ["WHO_", "INSTANCE_OF_", "IN_PLACE_", "PART_OF_STORY_"]
    assert entity_label("story") == "Story_"


def test_a_story_is_read_with_the_time_of_its_record():
    row = decode(record(in_story(FIRST, "s"), millis(at(3))), RELATIONS)
    assert row == StoryRow(FIRST.id, row.happening, "s", "The war", millis(at(3)))
    assert row.happening.class_ == "attack"
    left = Story(id=FIRST.id, happening=FIRST)
    assert decode(record(left), RELATIONS).story is None


def test_suggestions_look_at_those_who_take_part_but_at_no_happening():
    said = told(FIRST, "a", roles={"who": RUSSIA})
    assert [read(record(each)) for each in said[1:]] == [None, Change(entities=frozenset([RUSSIA.id]))]
    joined = merged(FIRST, Entity.happening("b", "attack", "strike"), "happening")
    for decision in (joined, in_story(FIRST, "s")):
        assert read(record(decision)) == Change(happenings=frozenset([FIRST.id]))
    assert read(record(merged(RUSSIA, TIM))) == Change(
        entities=frozenset([RUSSIA.id, TIM.id]), aliases=frozenset([RUSSIA.id])
    )
