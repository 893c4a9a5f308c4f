"""Patterns with names in their slots: what is marked, what is stated, and that chance decides nothing but names."""

from collections import Counter
from itertools import islice
from random import Random

import pytest

from inference.training.text.sources.filled import fill, filled
from inference.training.text.sources.names import pools
from inference.training.text.sources.names.numbers import is_number
from inference.training.text.sources.passages import GoldFact
from inference.training.text.sources.pattern_bank import pattern_bank, read_pattern
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

ONTOLOGY = load_ontology(REPOSITORY / "topology" / "ontology.yaml")
SOME = tuple(islice(filled(1), 0, None, 9))
ALL_POOLS = sorted({pool for patterns in pattern_bank().values() for p in patterns for pool in p.pools.values()})


def named(passage, entity):
    """Returns the names by which an entity is mentioned."""
    return [passage.text[passage.marks[m].start : passage.marks[m].end] for m in passage.entities[entity]]


def filled_line(line, seed=0):
    return fill(read_pattern(line, "here:1"), seed)


def test_each_slot_is_filled_and_each_mark_holds_a_name():
    for passage in SOME:
        assert not set("{}<>|") & set(passage.text), passage.text
        assert "[" not in passage.text
        ends = 0
        for mark in passage.marks:
            name = passage.text[mark.start : mark.end]
            assert mark.start >= ends, passage.text
            assert name == name.strip() != "", passage.text
            assert mark.types
            ends = mark.end
        assert all(passage.entities)
        assert sorted(m for members in passage.entities for m in members) == list(range(len(passage.marks)))


def test_the_same_seed_makes_the_same_text():
    first = list(islice(filled(1, seed=3), 40))
    assert first == list(islice(filled(1, seed=3), 40))
    others = list(islice(filled(1, seed=4), 40))
    assert sum(a.text == b.text for a, b in zip(first, others, strict=True)) == 0
    assert [p.id for p in first] == [p.id for p in others]


@pytest.mark.parametrize("pool", [pool for pool in ALL_POOLS if pool != "office"])
def test_each_pool_is_wide_and_typed(pool):
    assert pools.types_of(pool) <= {kind.name for kind in ONTOLOGY.entity_types}
    if is_number(pool) or pool in {"person", "country", "demonym", "continent"}:
        return
    rng = Random(0)  # noqa: S311  no secret depends on it
    names = [pools.named(pool, rng) for _ in range(100)]
    assert len({name.text for name in names}) > 40
    assert all(name.short in name.text and not set("{}[];*") & set(name.text) for name in names)


def test_facts_fit_the_ontology():
    def kinds(passage, entity):
        return set().union(*(passage.marks[m].types for m in passage.entities[entity]))

    for passage in SOME:
        for fact in passage.facts:
            relation = ONTOLOGY.by_id[fact.relation]
            subject, object_ = kinds(passage, fact.subject), kinds(passage, fact.object)
            if "office" not in subject | object_:
                assert subject & set(relation.domain), (fact.relation, named(passage, fact.subject))
                assert object_ & set(relation.range), (fact.relation, named(passage, fact.object))


def test_a_country_and_its_adjective_are_one_entity():
    passage = filled_line("{G:country} and its army: {B:person} leads the {G:demonym} troops. | G P6 B possible")
    (entity,) = [e for e, members in enumerate(passage.entities) if len(members) == 2]
    assert {kind for m in passage.entities[entity] for kind in passage.marks[m].types} == {"location", "misc"}
    assert passage.facts == (GoldFact(entity, "P6", 1, modality="possible"),)


def test_facts_keep_their_modality_and_open_labels_are_open():
    passage = filled_line(
        "{A:company} fired [O:chair] {B:person}; {C:person} declined. | A P488 B past; B P39 O past; O of A; "
        "A P488 C denied; ? B P108 A past"
    )
    assert [(f.subject, f.relation, f.object, f.modality) for f in passage.facts] == [
        (0, "P488", 2, "past"),
        (2, "P39", 1, "past"),
        (0, "P488", 3, "denied"),
        (1, "P1001", 0, "asserted"),
    ]
    assert any(a == 2 and "P108" in relations and b == 0 for a, relations, b in passage.open)
    assert passage.marks[1].types == {"office"}


def test_marriage_holds_both_ways():
    passage = filled_line("{B:person} never married {C:person}. | B P26 C denied")
    assert {(f.subject, f.object, f.modality) for f in passage.facts} == {(0, 1, "denied"), (1, 0, "denied")}


def test_a_short_form_is_part_of_the_name():
    for seed in range(20):
        passage = filled_line("{B:person} met {C:person} and left. {B.short} smiled. | -", seed)
        full, short = named(passage, 0)
        assert short[1:] in full
        assert short not in named(passage, 1)[0].split(" ")


def test_articles_fit_the_names():
    texts = [
        filled_line("{W:army} fought. A {G:demonym} ship sank in the {S:sea}. | -", seed).text for seed in range(30)
    ]
    assert all(" a A" not in text and " a I" not in text and "the the" not in text for text in texts)
    assert sum(text.startswith("The ") for text in texts) > 25


def test_passages_are_joined_and_furnished_at_times():
    marks = Counter(passage.text.count("\n") for passage in SOME)
    assert 0.05 < (marks.total() - marks[0]) / marks.total() < 0.4
    assert {passage.source for passage in SOME} == {"patterns"}
