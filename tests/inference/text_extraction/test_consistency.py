"""Relations that rule each other out: the surer stays, and other words of the article may still say the other."""

import pytest

from inference.text.types import Span, TextMention, TextRelation
from inference.text_extraction.consistency import consistent, meant
from topology.ontology import OntologyError, load_ontology
from topology.settings import settings

FIRST, SECOND = Span(0, 40), Span(41, 80)


def mention(name, type_):
    return TextMention("body", Span(0, 1), name, type_, name, 1.0)


MENTIONS = (mention("France", "location"), mention("Emmanuel Macron", "person"), mention("Brittany", "location"))
FRANCE, MACRON, BRITTANY = range(3)


@pytest.fixture(scope="module")
def ontology():
    return load_ontology(settings().ontology)


def said(ontology, *relations):
    given = [TextRelation(s, o, p, "body", sentence, score) for s, p, o, sentence, score in relations]
    return {(r.predicate, r.sentence) for r in consistent(given, MENTIONS, ontology)}


@pytest.mark.parametrize(("state", "government", "left"), [(0.9, 0.7, "P35"), (0.6, 0.8, "P6"), (0.8, 0.8, "P35")])
def test_of_two_that_exclude_each_other_the_surer_is_kept(ontology, state, government, left):
    found = said(ontology, (FRANCE, "P35", MACRON, FIRST, state), (FRANCE, "P6", MACRON, FIRST, government))
    assert found == {(left, FIRST)}


def test_another_sentence_may_say_the_other(ontology):
    found = said(ontology, (FRANCE, "P35", MACRON, FIRST, 0.9), (FRANCE, "P6", MACRON, SECOND, 0.7))
    assert found == {("P35", FIRST), ("P6", SECOND)}


def test_a_region_is_nobodys_country(ontology):
    found = said(ontology, (BRITTANY, "P17", FRANCE, FIRST, 0.9), (FRANCE, "P17", BRITTANY, FIRST, 0.9))
    assert found == {("P17", FIRST)}
    assert len(consistent([TextRelation(FRANCE, BRITTANY, "P17", "body", FIRST, 0.9)], MENTIONS, ontology)) == 0


@pytest.mark.parametrize(
    ("predicate", "body", "said"),
    [
        ("P39", "foreign ministry of Chad", 0),
        ("P102", "Senate", 0),
        ("P39", "minister", 1),
        ("P102", "Congress", 1),
        ("P463", "Senate", 1),
    ],
)
def test_a_body_of_the_state_is_neither_an_office_nor_a_party(ontology, predicate, body, said):
    mentions = [mention("Ann Lee", "person"), mention(body, "office" if predicate == "P39" else "organization")]
    assert len(consistent([TextRelation(0, 1, predicate, "body", FIRST, 0.9)], mentions, ontology)) == said


def test_who_leads_one_company_of_an_article_leads_no_other(ontology):
    mentions = [mention(name, type_) for name, type_ in (("Microsoft", "organization"), ("Activision", "organization"))]
    mentions.append(mention("Bobby Kotick", "person"))
    given = [TextRelation(0, 2, "P169", "body", FIRST, 0.6), TextRelation(1, 2, "P169", "body", SECOND, 0.9)]
    given.append(TextRelation(1, 2, "P169", "body", FIRST, 0.55))
    kept = consistent(given, mentions, ontology)
    assert {(r.subject, r.sentence) for r in kept} == {(1, FIRST), (1, SECOND)}


def test_nobody_is_born_twice_but_may_head_two_things_in_turn(ontology):
    mentions = [mention("Ada", "person"), mention("Oslo", "location"), mention("Rome", "location")]
    mentions += [mention("Acme", "organization"), mention("Bo", "person")]
    given = [TextRelation(0, city, "P19", "body", FIRST, score) for city, score in ((1, 0.7), (2, 0.8))]
    given += [TextRelation(3, person, "P169", "body", FIRST, 0.8) for person in (0, 4)]
    kept = consistent(given, mentions, ontology)
    assert [(r.predicate, r.object) for r in kept] == [("P19", 2), ("P169", 0), ("P169", 4)]


def test_relation_that_the_ontology_does_not_know_is_kept(ontology):
    assert said(ontology, (FRANCE, "hacked", MACRON, FIRST, 0.5)) == {("hacked", FIRST)}


def test_excluding_an_unknown_relation_is_an_error(tmp_path):
    path = tmp_path / "ontology.yaml"
    relation = "{id: a, name: a, domain: [person], range: [person], excludes: [b]}"
    path.write_text(f"entity_types: [{{name: person}}]\nrelations: [{relation}]\n")
    with pytest.raises(OntologyError, match="relation a excludes unknown relations: b"):
        load_ontology(path)


@pytest.mark.parametrize(
    ("predicate", "type_", "wanted"),
    [("P131", "event", "P276"), ("P131", "organization", "P131"), ("P17", "event", "P17")],
)
def test_an_event_has_a_location(ontology, predicate, type_, wanted):
    assert meant(predicate, type_, ontology) == wanted
