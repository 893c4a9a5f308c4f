"""Readers: natural text, exact spans, and nothing learned from what the annotation leaves open."""

import json

import pytest

from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.sources.detokenise import join
from inference.training.text.sources.facts import knowledgenet
from inference.training.text.sources.gazetteer import Gazetteer
from inference.training.text.sources.ner import passages, read_columns, spans
from inference.training.text.sources.news import current_events, link_types
from inference.training.text.sources.passages import Judged, Mark, Passage, types
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

MODEL = REPOSITORY / "triton_models" / "text_extraction" / "1"
ONTOLOGY = load_ontology(REPOSITORY / "topology" / "ontology.yaml").for_language("en")
GAZETTEER = Gazetteer(
    countries=frozenset({"Germany", "France"}),
    demonyms=frozenset({"French"}),
    nations=frozenset({"Germany", "France"}),
    companies=frozenset({"Apple"}),
    homes={"Germany": "Germany", "France": "France", "French": "France"},
)


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ('He said , " It \'s done . "', 'He said, "It\'s done."'),
        ("the Oscar - nominated film ( 1999 )", "the Oscar-nominated film (1999)"),
        ("Idriss ' death in 1991 – 1995", "Idriss' death in 1991–1995"),  # noqa: RUF001
    ],
)
def test_tokens_become_natural_text(tokens, text):
    joined, places = join(tokens.split(), spaced_hyphens=True)
    assert joined == text
    assert [joined[a:b] for a, b in places] == tokens.split()


def test_io_and_bio_labels_give_spans():
    assert spans(["B-PER", "I-PER", "B-PER", "O", "I-LOC"]) == [(0, 2, "PER"), (2, 3, "PER"), (4, 5, "LOC")]


def test_columns_are_read_with_spans_in_the_text(tmp_path):
    path = tmp_path / "x.conll"
    path.write_text("Jane\tB-PER\nDoe\tI-PER\nslept\tO\n.\tO\n\nIn\tO\nRome\tB-LOC\n")
    (passage,) = passages("x", read_columns(path, token=0, label=-1), "core", together=2)
    assert passage.text == "Jane Doe slept. In Rome"
    assert [(passage.text[m.start : m.end], set(m.types)) for m in passage.marks] == [
        ("Jane Doe", {"person"}),
        ("Rome", {"location"}),
    ]


def test_unlabelled_types_stay_open_and_labelled_ones_do_not():
    maker = ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), ONTOLOGY)
    text = "Jane saw Rome"
    passage = Passage("x", "0", text, (Mark(0, 4, types(("person",))),), types(("person", "location")))
    (example,) = maker.examples([passage])
    names = ["O", *(p + t for t in maker.types for p in ("B-", "I-"))]
    open_ = [{n for n, yes in zip(names, row, strict=True) if yes} for row in example.allowed]
    assert open_[0] == {"B-person"}
    assert {"O", "B-event"} <= open_[2]
    assert not {"B-location", "I-person"} & open_[2]


def test_links_are_typed_by_gazetteer_pattern_or_left_open():
    assert link_types("French", "France", GAZETTEER) == {"misc"}
    assert link_types("Germany", "Germany", GAZETTEER) == {"location"}
    assert link_types("IDF", "Israel Defense Forces", GAZETTEER) == {"organization"}
    assert link_types("Apple", "Apple", GAZETTEER) == {"organization"}
    assert link_types("President", "President of France", GAZETTEER) == frozenset()
    assert {"person", "location", "work"} <= link_types("Macron", "Emmanuel Macron", GAZETTEER)


def test_places_in_a_row_are_facts_and_states_never_contain_each_other(tmp_path):
    body = "A fire in Stade, Germany, is seen from France."
    links = [{"text": name, "title": name} for name in ("Stade", "Germany", "France")]
    links[0]["title"] = "Stade, Lower Saxony"
    rows = [{"id": "1", "body": body, "links": links}, *[{"id": "x", "body": "", "links": []}] * 500]
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "current-events.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (passage,) = current_events(tmp_path, GAZETTEER, "train")
    assert {(f.subject, f.relation, f.object) for f in passage.facts} == {(0, "P131", 1), (0, "P17", 1)}
    (example,) = ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), ONTOLOGY).examples([passage])
    column = [r.id for r in ONTOLOGY.relations].index("P131")
    cells = {
        (int(s), int(o)): (bool(example.positive[k, column]), bool(example.known[k, column]))
        for k, (s, o) in enumerate(example.pairs)
    }
    assert cells[0, 1] == (True, True)
    assert cells[1, 2] == cells[2, 1] == (False, True)
    assert cells[0, 2] == (False, True)


def test_an_officials_country_is_the_one_before_the_office(tmp_path):
    body = "French President Emmanuel Macron visits Germany."
    links = [{"text": name, "title": name} for name in ("Emmanuel Macron", "Germany")]
    rows = [{"id": "1", "body": body, "links": links}, *[{"id": "x", "body": "", "links": []}] * 500]
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "current-events.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (passage,) = current_events(tmp_path, GAZETTEER, "train")
    assert [body[m.start : m.end] for m in passage.marks] == ["French", "Emmanuel Macron", "Germany"]
    assert {(f.subject, f.relation, f.object) for f in passage.facts} == {(1, "P27", 0), (0, "P35", 1)}
    assert Judged(1, 2, types(("P27",))) in passage.judged


def test_knowledgenet_judges_only_its_property(tmp_path):
    text = "Tim Cook is the chief executive of Apple."
    row = {"fold": 1, "doc": "d", "pstart": 10, "text": text, "prop": "CEO", "subj": "Apple", "obj": "Tim Cook"}
    row |= {"s": [10 + 35, 10 + 40], "o": [10, 18], "suri": None, "ouri": None}
    (tmp_path / "re" / "knowledgenet").mkdir(parents=True)
    (tmp_path / "re" / "knowledgenet" / "folds-1-3.jsonl").write_text(json.dumps(row))
    (passage,) = knowledgenet(tmp_path, (1,), frozenset())
    assert [passage.text[m.start : m.end] for m in passage.marks] == ["Apple", "Tim Cook"]
    (example,) = ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), ONTOLOGY).examples([passage])
    assert int(example.positive.sum()) == 1
    assert {ONTOLOGY.relations[c].id for c in example.known.any(axis=0).nonzero()[0]} == {"P169"}
