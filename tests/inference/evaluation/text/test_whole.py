"""Facts of whole documents are those of the service's entities, which gold mentions tell apart."""

import pytest

pytest.importorskip("torch", reason="its measures are those of training")

from inference.evaluation.text.whole import Whole, read, said
from inference.text.types import Span, TextExtraction, TextMention, TextRelation
from inference.training.text.sources.passages import GoldFact, Mark, Passage, types
from topology.settings import REPOSITORY

MODEL = REPOSITORY / "triton_models" / "text_extraction" / "1"
TEXT = "Ada Orr leads Acme. Orr was born in Lund. Cleo lives there."
PERSON, ORGANIZATION, LOCATION = (types((kind,)) for kind in ("person", "organization", "location"))
PASSAGE = Passage(
    "made up",
    "1",
    TEXT,
    (Mark(0, 7, PERSON), Mark(14, 18, ORGANIZATION), Mark(36, 40, LOCATION)),
    entities=((0,), (1,), (2,)),
    facts=(GoldFact(1, "P169", 0), GoldFact(0, "P19", 2), GoldFact(0, "P999", 2)),
)

pytestmark = pytest.mark.training


def mention(start: int, end: int, name: str, type_: str) -> TextMention:
    return TextMention("body", Span(start, end), TEXT[start:end], type_, name, 0.9)


def relation(subject: int, predicate: str, object_: int, score: float) -> TextRelation:
    return TextRelation(subject, object_, predicate, "body", Span(0, len(TEXT)), score)


ADA, ACME, ORR, LUND, CLEO = MENTIONS = (
    mention(0, 7, "Ada Orr", "person"),
    mention(14, 18, "Acme", "organization"),
    mention(20, 23, "Ada Orr", "person"),
    mention(36, 40, "Lund", "location"),
    mention(42, 46, "Cleo", "person"),
)
FOUND = TextExtraction(
    "1",
    MENTIONS,
    (
        relation(1, "P169", 0, 0.6),
        relation(1, "P169", 2, 0.8),
        relation(2, "P19", 3, 0.7),
        relation(4, "P551", 3, 0.4),
        relation(0, "P26", 2, 0.9),
    ),
)


def test_a_mention_without_a_gold_one_is_the_entity_that_the_service_resolves_it_to() -> None:
    assert said(FOUND, PASSAGE) == {(1, "P169", 0): 0.8, (0, "P19", 2): 0.7, ("Cleo", "P551", 2): 0.4}


def test_facts_are_counted_at_a_threshold_and_of_the_relations_asked_for() -> None:
    whole = Whole([PASSAGE], [said(FOUND, PASSAGE)])
    all_, sure = (whole.tally(("P169", "P19"), threshold) for threshold in (0.1, 0.75))
    assert (all_.right, all_.wrong, all_.missed) == (2, 1, 0)
    assert (sure.right, sure.wrong, sure.missed) == (1, 0, 1)
    assert sorted(whole.judged(("P169", "P19"))) == [(0.4, False), (0.7, True), (0.8, True)]


def test_the_shipped_model_reads_whole_texts() -> None:
    text = "Tim Cook is the chief executive of Apple. Cook was born in Mobile, Alabama."
    passage = Passage(
        "made up",
        "2",
        text,
        (Mark(0, 8, PERSON), Mark(35, 40, ORGANIZATION)),
        entities=((0,), (1,)),
        facts=(GoldFact(1, "P169", 0),),
    )
    assert read(MODEL, [passage]).tally(("P169",), 0.5).right == 1
