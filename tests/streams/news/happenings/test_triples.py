"""From what happened to triples: the class, a triple a role, and where each was read."""

import pytest

from inference.text.values.found import FoundValue
from streams.messages.base import EntityLocation
from streams.messages.events import Entity, Literal_
from streams.news.happenings.said import MOST_FILLERS, MOST_HAPPENINGS
from streams.news.thresholds import Thresholds
from tests.streams.news.happenings.world import LEAST, ONTOLOGY, World, about_happenings

BODY = "Police spoke. Hamas bombed Oslo on Monday. The attack killed at least 12 people, Norway said."
MONDAY = FoundValue(0, 0, "2026-11-23", "xsd:date")
OSLO = EntityLocation(country="NO", latitude=59.9127, longitude=10.7461)
TWELVE = FoundValue(0, 0, "12", "xsd:decimal", "people", "at least")


@pytest.fixture
def world():
    world = World(BODY)
    hamas, oslo = world.mention("Hamas", "organization"), world.mention("Oslo", "location")
    monday, twelve = world.mention("Monday", "date"), world.mention("at least 12 people", "quantity")
    norway = world.mention("Norway", "organization")
    roles = {"who": hamas, "where": oslo, "when": monday, "killed": twelve}
    world.happening(
        "attack",
        "bombed",
        roles,
        values={monday: MONDAY, twelve: TWELVE},
        scores={twelve: 0.6},
        attributed_to=norway,
        modality="possible",
    )
    return world


def test_a_happening_is_an_entity_with_its_class_and_a_triple_a_role(world):
    found = world.read()
    triples = about_happenings(found.triples)
    happening = Entity.happening("a-1", "attack", "bombed")
    assert {triple.subject for triple in triples} == {happening}
    assert [(t.predicate.id, t.predicate.name, t.predicate.wikidata, t.object) for t in triples] == [
        ("P31", "instance of", None, Entity.of("attack", "happening_class")),
        ("who", "perpetrator", "P8031", Entity.of("Hamas", "organization")),
        ("where", "place", "P276", Entity.of("Oslo", "location", OSLO)),
        ("when", "point in time", "P585", Literal_(value="2026-11-23", datatype="xsd:date")),
        ("killed", "number of deaths", "P1120", Literal_(value="12", datatype="xsd:decimal", unit="people")),
    ]
    assert [triple.qualifier for triple in triples] == ["", "", "", "", "at least"]
    assert [triple.confidence for triple in triples] == [0.9, 0.8, 0.8, 0.8, 0.6]
    assert {(t.modality, t.attributed_to, t.kind) for t in triples} == {
        ("possible", Entity.of("Norway", "organization"), "reported")
    }
    assert found.document.triples == len(found.triples) == 5
    assert happening.id not in {mention.entity.id for mention in found.document.mentions}


def test_every_triple_of_a_happening_shows_where_it_was_read(world):
    triples = about_happenings(world.read().triples)
    for triple in triples:
        evidence = triple.evidence
        assert (evidence.field, evidence.subject.text) == ("body", "bombed")
        for span in (evidence.sentence, evidence.subject, evidence.object):
            assert BODY[span.start : span.end] == span.text
        assert evidence.sentence.start <= evidence.object.start < evidence.object.end <= evidence.sentence.end
    assert [triple.evidence.object.text for triple in triples] == [
        "bombed",
        "Hamas",
        "Oslo",
        "Monday",
        "at least 12 people",
    ]
    assert triples[0].evidence.sentence.text == "Hamas bombed Oslo on Monday."
    assert triples[4].evidence.sentence.text == BODY.partition(". ")[2], "from the trigger's sentence to the number's"
    assert len({triple.id for triple in triples}) == 5


def test_what_is_not_certain_is_the_text_itself():
    world = World("Hamas bombed Oslo some time in spring, killing scores.")
    when, killed = world.mention("some time in spring", "date"), world.mention("scores", "quantity")
    world.happening("attack", "bombed", {"when": when, "killed": killed})
    _, dated, counted = about_happenings(world.read().triples)
    assert (dated.object, counted.object) == (Literal_(value="some time in spring"), Literal_(value="scores"))
    assert (dated.qualifier, counted.qualifier) == ("", "")


def test_a_number_that_fills_another_role_is_a_literal_too():
    world = World("Police arrested 30 people.")
    whom = world.mention("30 people", "quantity")
    world.happening(
        "arrest", "arrested", {"whom": whom}, values={whom: FoundValue(0, 0, "30", "xsd:decimal", "people")}
    )
    _, triple = about_happenings(world.read().triples)
    assert triple.object == Literal_(value="30", datatype="xsd:decimal", unit="people")


def test_an_israeli_strike_is_one_of_israel():
    world = World("An Israeli strike hit Gaza.")
    world.happening("attack", "strike", {"who": world.mention("Israeli", "misc")})
    _, who = about_happenings(world.read().triples)
    assert who.object == Entity.of("Israel", "location", EntityLocation(country="IL"))
    assert who.evidence.object.text == "Israeli"


@pytest.mark.parametrize(
    ("least", "predicates"),
    [
        (LEAST, ["P31", "who", "where", "when", "killed"]),
        (Thresholds(0.5, 0.5, 0.7), ["P31", "who", "where", "when"]),
        (Thresholds(0.5, 0.91, 0.5), []),
    ],
)
def test_what_is_unsure_is_left_out(world, least, predicates):
    found = world.read(least)
    assert [triple.predicate.id for triple in about_happenings(found.triples)] == predicates
    assert len(found.happenings) == bool(predicates)


def test_the_ontology_s_own_thresholds_go_first(world):
    attack = ONTOLOGY.happening_by_id["attack"]
    roles = tuple(role.model_copy(update={"threshold": 0.85} if role.role == "who" else {}) for role in attack.roles)
    sure = type(attack)(**attack.model_dump(exclude={"roles", "threshold"}), roles=roles, threshold=0.2)
    kept = tuple(sure if h.id == "attack" else h for h in ONTOLOGY.happenings)
    ontology = type(ONTOLOGY)(entity_types=ONTOLOGY.entity_types, relations=ONTOLOGY.relations, happenings=kept)
    found = world.read(Thresholds(0.5, 0.95, 0.5), ontology)
    assert [t.predicate.id for t in about_happenings(found.triples)] == ["P31", "where", "when", "killed"]
    assert found.document.revision != world.read(Thresholds(0.5, 0.95, 0.5)).document.revision


@pytest.mark.parametrize("least", [Thresholds(0.5, 0.6, 0.5), Thresholds(0.5, 0.5, 0.6)])
def test_other_thresholds_are_another_revision(world, least):
    assert world.read().document.revision == world.read().document.revision
    assert world.read(least).document.revision != world.read().document.revision


def test_happenings_of_one_class_and_name_are_numbered_whatever_the_threshold():
    world = World("Hamas bombed Oslo. Norway bombed Gaza.")
    gaza = world.mention("Gaza", "location")
    world.happening("attack", "bombed", {}, score=0.6)
    world.happening("attack", "bombed", {"where": gaza})
    second = Entity.happening("a-1", "attack", "bombed", 1)
    assert [one.happening for one in world.read().happenings] == [Entity.happening("a-1", "attack", "bombed"), second]
    assert [one.happening for one in world.read(Thresholds(0.5, 0.7, 0.5)).happenings] == [second]


def test_a_class_and_a_role_that_the_ontology_lacks_are_left_out():
    world = World("Hamas bombed Oslo.")
    oslo = world.mention("Oslo", "location")
    world.happening("ambush", "bombed", {"where": oslo})
    world.happening("marriage", "bombed", {"whom": oslo, "where": oslo})
    triples = about_happenings(world.read().triples)
    assert [triple.predicate.id for triple in triples] == ["P31", "where"]


def test_of_very_many_happenings_the_most_certain_are_said_in_the_order_of_the_text():
    count = MOST_HAPPENINGS + 10
    world = World(" ".join(f"bombed{i}." for i in range(count)))
    for i in range(count):
        world.happening("attack", f"bombed{i}.", {}, score=0.6 if i in {3, 5} else 0.7 + (i % 2) / 10)
    names = [one.happening.name for one in world.read().happenings]
    assert len(names) == MOST_HAPPENINGS
    assert names == sorted(names, key=lambda name: int(name[6:-1]))
    assert {f"bombed{i}." for i in range(1, count, 2) if i not in {3, 5}} <= set(names)
    assert not {"bombed3.", "bombed5."} & set(names)


def test_a_happening_has_so_many_fillers_and_no_more():
    count = MOST_FILLERS + 5
    world = World("Rebels attacked " + ", ".join(f"Town{i:03}" for i in range(count)) + ".")
    towns = tuple(world.mention(f"Town{i:03}", "location") for i in range(count))
    world.happening("attack", "attacked", {"whom": towns}, scores={towns[0]: 0.6, towns[-1]: 0.99})
    objects = [t.object.name for t in about_happenings(world.read().triples)[1:]]
    assert len(objects) == MOST_FILLERS
    assert (objects[0], objects[-1]) == ("Town001", f"Town{count - 1:03}")
