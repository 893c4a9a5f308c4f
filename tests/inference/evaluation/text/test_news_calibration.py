"""Facts carry their modality into the comparison, and their confidence is measured from what is judged."""

import pytest

from inference.evaluation.text.news_calibration import judged_facts
from inference.evaluation.text.news_scoring import found_facts
from inference.text.types import Span, TextExtraction, TextMention, TextRelation
from inference.training.text.annotated.reading import AnnotatedEntity, AnnotatedFact, AnnotatedMention, AnnotatedText

TEXT = "\nAna Sari married Bob Lee in Accra."
NAMES = ("Ana Sari", "Bob Lee", "Accra")


def place(name):
    start = TEXT.index(name)
    return start, start + len(name)


def mention(name):
    start, end = (at - 1 for at in place(name))
    return TextMention("body", Span(start, end), name, "location" if name == "Accra" else "person", name, 0.9)


def relation(subject, predicate, object_, score, modality="asserted"):
    whole = Span(0, len(TEXT) - 1)
    return TextRelation(NAMES.index(subject), NAMES.index(object_), predicate, "body", whole, score, modality)


def extraction(*relations):
    return TextExtraction("a", tuple(map(mention, NAMES)), relations)


GOLD = AnnotatedText(
    "a",
    "",
    TEXT,
    "2026-01-01",
    tuple(
        AnnotatedEntity("location" if n == "Accra" else "person", (AnnotatedMention(*place(n), "name"),)) for n in NAMES
    ),
    (AnnotatedFact(0, "P26", 1), AnnotatedFact(0, "P551", 2, implied=True)),
    (),
)


def test_a_found_fact_has_the_modality_that_was_read():
    read = extraction(relation("Ana Sari", "P26", "Bob Lee", 0.9, "planned"))
    assert [fact.modality for fact in found_facts(read, lambda _: 0.5)] == ["planned"]


def test_each_judged_fact_counts_once_with_its_higher_confidence_and_implied_ones_do_not():
    read = extraction(
        relation("Ana Sari", "P26", "Bob Lee", 0.6),
        relation("Ana Sari", "P26", "Bob Lee", 0.8),
        relation("Bob Lee", "P20", "Accra", 0.4),
        relation("Ana Sari", "P551", "Accra", 0.7),
        relation("Bob Lee", "P19", "Accra", 0.05),
    )
    judged = judged_facts([GOLD], [read])
    assert sorted(zip(judged.scores.tolist(), judged.right.tolist(), strict=True)) == [
        (pytest.approx(0.4), False),
        (pytest.approx(0.8), True),
    ]
