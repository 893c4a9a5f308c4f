"""The news paragraphs: they can be read, and what is found in them is counted fairly."""

import pytest

from inference.evaluation.text.desk import DEV, Paragraph, count, fact, paragraphs, said
from inference.text.types import Span, TextExtraction, TextMention, TextRelation
from topology.ontology import load_ontology
from topology.settings import settings


def test_every_fact_names_what_stands_in_the_text_and_a_relation_that_exists():
    known = {relation.id for relation in load_ontology(settings().ontology).relations}
    chosen = paragraphs()
    assert len(chosen) == 2 * DEV
    assert len({p.text for p in chosen}) == len(chosen)
    for paragraph in chosen:
        assert {relation for _, relation, _ in paragraph.facts} <= known
    assert any(not p.facts for p in chosen)


def test_the_same_said_otherwise_is_the_same_fact():
    assert fact("Beats", "P749", "Apple") == fact("Apple", "P355", "Beats")
    assert fact("French", "P35", "Emmanuel Macron") == fact("France", "P35", "Emmanuel Macron")
    assert fact("Apple", "P169", "Tim Cook") != fact("Tim Cook", "P169", "Apple")


@pytest.mark.parametrize(("threshold", "precision", "recall"), [(0.1, 3 / 4, 1.0), (0.5, 1.0, 0.5), (0.95, 1.0, 0.0)])
def test_implied_facts_count_neither_way(threshold, precision, recall):
    paragraph = Paragraph("…", frozenset({("a", "P1", "b"), ("a", "P2", "c")}), frozenset({("a", "P3", "d")}))
    scores = {("a", "P1", "b"): 0.9, ("a", "P3", "d"): 0.9, ("a", "P2", "c"): 0.3, ("c", "P2", "a"): 0.2}
    counted = count([(paragraph, scores)], lambda _: threshold)
    assert (counted.precision, counted.recall) == (precision, recall)


def test_a_fact_said_twice_keeps_its_surer_score():
    a, b = (TextMention("body", Span(0, 1), n, "organization", n, 1.0) for n in ("Apple", "Beats"))
    relations = (
        TextRelation(0, 1, "P355", "body", Span(0, 9), 0.4),
        TextRelation(1, 0, "P749", "body", Span(0, 9), 0.7),
    )
    assert said(TextExtraction("d", (a, b), relations)) == {("Apple", "P355", "Beats"): 0.7}


def test_a_relation_with_a_threshold_of_its_own_is_counted_by_that():
    paragraph = Paragraph("…", frozenset({("a", "P1", "b"), ("a", "P2", "c")}), frozenset())
    scores = {("a", "P1", "b"): 0.45, ("a", "P2", "c"): 0.45}
    assert count([(paragraph, scores)], {"P1": 0.4, "P2": 0.5}.__getitem__).right == 1
