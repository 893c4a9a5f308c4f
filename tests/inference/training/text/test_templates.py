"""Made sentences: every one is well annotated, and the ontology allows what they state."""

import pytest

from inference.training.text.sources.template_names import types_of
from inference.training.text.sources.templates import IMPLIED, made, templates
from topology.ontology import load_ontology
from topology.settings import settings

pytestmark = pytest.mark.training
FILES = pytest.mark.parametrize("file", ["facts.txt", "stories.txt", "news.txt"])


@pytest.fixture(scope="module")
def relations():
    return {relation.id: relation for relation in load_ontology(settings().ontology).relations}


@FILES
def test_marks_are_names_in_the_text_and_entities_share_nothing(file):
    for passage in made(500, file=file):
        assert "{" not in passage.text
        at = 0
        for mark in passage.marks:
            assert at <= mark.start < mark.end <= len(passage.text)
            assert passage.text[mark.start : mark.end].strip() == passage.text[mark.start : mark.end] != ""
            at = mark.end
        placed = [index for entity in passage.entities for index in entity]
        assert sorted(placed) == list(range(len(passage.marks)))


@FILES
def test_ontology_allows_every_stated_fact(relations, file):
    for passage in made(2000, file=file):
        for fact in passage.facts:
            relation = relations[fact.relation]
            for entity, allowed in ((fact.subject, relation.domain), (fact.object, relation.range)):
                assert passage.marks[passage.entities[entity][0]].types & set(allowed), (passage.text, fact)


@FILES
def test_relations_and_pools_exist(relations, file):
    for template in templates(file):
        assert {r for _, r, _ in template.facts + template.open + template.denied} <= set(relations)
        for part in template.text.replace("{#}", "").split("{")[1:]:
            assert types_of(part.split("}")[0].partition(":")[2])
    assert {r for there, back in IMPLIED.values() for r in (*there, *back)} | set(IMPLIED) <= set(relations)


def test_same_seed_same_sentences_and_another_seed_others():
    assert list(made(20, 1)) == list(made(20, 1))
    assert [p.text for p in made(20, 1)] != [p.text for p in made(20, 2)]


def test_scores_are_no_quantities_and_slugs_are_written_in_capitals():
    found = list(made(2000, file="news.txt"))
    scores = [p for p in found if "Attendance: " in p.text]
    assert scores
    assert all("quantity" in p.labelled for p in scores)
    slugs = [p for p in found if p.text.startswith("SOCCER - ") and " SIGNS FOR " in p.text]
    assert slugs
    assert all(p.text.partition(". ")[0].isupper() for p in slugs)
    assert not any("u.S." in p.text or ", general " in p.text for p in found)


def test_what_a_fact_may_imply_is_left_open_and_all_else_is_judged():
    stated = [p for p in made(2000) if any(f.relation == "P169" for f in p.facts)]
    assert len(stated) > 100
    for passage in stated:
        assert passage.judged[0].relations is None
        said = {(f.subject, f.relation, f.object) for f in passage.facts}
        boss = next(f for f in passage.facts if f.relation == "P169")
        unsure = any(a == boss.object and b == boss.subject and "P108" in rs for a, rs, b in passage.open)
        assert unsure or (boss.object, "P108", boss.subject) in said
        assert (boss.object, "P169", boss.subject) not in said


def test_what_a_sentence_denies_is_judged_not_to_hold():
    made_by = [p for p in made(4000) if " was developed by " in p.text and " and published by " in p.text]
    assert made_by
    for passage in made_by:
        developed = next(f for f in passage.facts if f.relation == "P178")
        pair = developed.subject, developed.object
        assert not any((a, b) == pair and "P123" in rs for a, rs, b in passage.open)
        assert any((a, b) == pair and "P176" in rs for a, rs, b in passage.open)
