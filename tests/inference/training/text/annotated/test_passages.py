"""What a reader annotated, as a model learns it."""

import pytest

from inference.training.text.annotated import passages as annotated_passages
from inference.training.text.annotated.reading import (
    AnnotatedEntity,
    AnnotatedFact,
    AnnotatedMention,
    AnnotatedText,
)
from inference.training.text.sources.passages import GoldFact

TEXT = "Poe leads Acme\nAda Poe leads Acme. She lives in Oslo, say the Norwegian police. The firm hired Ole Dahl."


def spans(*words):
    for word, occurrence, form in words:
        start = -1
        for _ in range(occurrence):
            start = TEXT.index(word, start + 1)
        yield AnnotatedMention(start, start + len(word), form)


ENTITIES = (
    AnnotatedEntity("person", tuple(spans(("Poe", 1, "name"), ("Ada Poe", 1, "name"), ("She", 1, "anaphor")))),
    AnnotatedEntity("organization", tuple(spans(("Acme", 1, "name"), ("Acme", 2, "name")))),
    AnnotatedEntity("location", tuple(spans(("Oslo", 1, "name")))),
    AnnotatedEntity("location", tuple(spans(("Norwegian", 1, "adjective"))), "Norway"),
    AnnotatedEntity("person", tuple(spans(("Ole Dahl", 1, "name")))),
)
FACTS = (
    AnnotatedFact(1, "P169", 0),
    AnnotatedFact(0, "P551", 2, "planned"),
    AnnotatedFact(2, "P17", 3, implied=True),
)


@pytest.fixture
def read(monkeypatch):
    text = AnnotatedText("a", "Poe leads Acme", TEXT, "", ENTITIES, FACTS, ())
    monkeypatch.setattr(annotated_passages, "annotated", lambda _data, _part: iter([text]))
    return list(annotated_passages.annotated_news("", ("train",)))


def test_headline_and_body_are_passages_with_their_own_spans(read):
    headline, body = read
    assert (headline.text, body.text) == tuple(TEXT.split("\n"))
    for passage in read:
        assert {passage.text[m.start : m.end] for m in passage.marks} <= {
            "Poe", "Ada Poe", "Acme", "Oslo", "Norwegian", "Ole Dahl",
        }  # fmt: skip
    assert "She" not in [body.text[m.start : m.end] for m in body.marks]


def test_a_demonym_is_no_place(read):
    _, body = read
    kinds = {body.text[m.start : m.end]: m.types for m in body.marks}
    assert (kinds["Norwegian"], kinds["Oslo"]) == ({"misc"}, {"location"})


def test_a_fact_is_taught_where_its_names_are_nearest_and_open_elsewhere(read):
    headline, body = read
    assert [f.relation for f in headline.facts] == ["P169"]
    assert [(f.relation, f.modality) for f in body.facts] == [("P551", "planned")]
    person, company = 0, 1
    assert (company, ("P169",), person) in body.open
    assert any(relations == ("P17",) for _, relations, _ in body.open)
    assert GoldFact not in {type(one) for one in body.open}


def test_whatever_else_is_named_stands_in_no_relation(read):
    for passage in read:
        assert [(j.subject, j.object, j.relations) for j in passage.judged] == [(-1, -1, None)]
