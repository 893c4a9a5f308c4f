"""Names that an earlier model marks become counter-examples, and never contradict what is annotated."""

from types import SimpleNamespace

import numpy as np
import pytest

from inference.text.language.words import WordTokenizer
from inference.training.text.sources.candidates import add_candidates
from inference.training.text.sources.passages import GoldFact, Judged, Mark, Passage, types
from topology.settings import REPOSITORY

TEXT = "Tim Cook leads Apple, said Jane Doe of Acme. Cook is from Mobile."
TOKENIZER = WordTokenizer(REPOSITORY / "triton_models" / "text_extraction" / "1" / "tokenizer.json")


def served(*found):
    """A model that finds these (text, type, score); each stands in TEXT once."""
    kinds = ["person", "organization", "location"]
    words = TOKENIZER.words([TEXT])[0]
    rows = []
    for name, kind, _ in found:
        start = TEXT.rindex(name)
        first, last = words.starts.index(start), words.ends.index(start + len(name))
        rows.append((0, first, last + 1, kinds.index(kind)))
    answer = SimpleNamespace(mentions=np.array(rows), mention_scores=np.array([score for *_, score in found]))
    return SimpleNamespace(types=kinds, read=lambda _windows, _tokenizer: answer)


@pytest.fixture
def passage():
    marks = tuple(
        Mark(TEXT.index(name), TEXT.index(name) + len(name), types((kind,)))
        for name, kind in (("Apple", "organization"), ("Tim Cook", "person"))
    )
    pair = (Judged(0, 1, None), Judged(1, 0, None))
    return Passage("tekgen", "1", TEXT, marks, entities=((0,), (1,)), facts=(GoldFact(0, "P169", 1),), judged=pair)


def test_other_names_are_counter_examples_of_the_fact(passage):
    model = served(("Jane Doe", "person", 0.99), ("Acme", "organization", 0.95))
    (richer,) = add_candidates([passage], model, TOKENIZER)
    assert [TEXT[m.start : m.end] for m in richer.marks] == ["Apple", "Tim Cook", "Jane Doe", "Acme"]
    assert richer.entities == ((0,), (1,), (2,), (3,))
    added = {(j.subject, j.object) for j in richer.judged if j.relations == {"P169"}}
    assert {(0, 2), (3, 1), (3, 2)} <= added
    assert not {(0, 1), (1, 0)} & added


def test_a_part_of_an_annotated_name_is_the_same_entity(passage):
    (richer,) = add_candidates([passage], served(("Cook", "person", 0.99)), TOKENIZER)
    assert richer.entities == ((0,), (1, 2))


def test_what_overlaps_a_mark_or_is_unsure_is_left_alone(passage):
    (same,) = add_candidates([passage], served(("Apple", "organization", 1.0), ("Mobile", "location", 0.5)), TOKENIZER)
    assert same.marks == passage.marks


def test_fully_annotated_sources_stay_as_they_are(passage):
    whole = Passage("redocred-dev", "1", TEXT, passage.marks)
    assert list(add_candidates([whole], served(("Acme", "organization", 1.0)), TOKENIZER)) == [whole]
