"""The shipped model, without torch: what it finds, and that no window depends on its neighbours."""

import sys

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

from inference.text.language.sentences import split_sentences
from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import make_windows, pack
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

pytestmark = pytest.mark.training
MODEL = REPOSITORY / "triton_models" / "text_extraction" / "1"
TEXTS = (
    "Apple chief executive Tim Cook met French President Emmanuel Macron in Paris.",
    "Six people are killed in a shooting in Stade, Lower Saxony, Germany. Two people are arrested.",
    "Rain.",
    "The International Monetary Fund, based in Washington, D.C., cut its forecast for Ghana, Kenya and Zambia.",
    "Marie Curie, who was born in Warsaw in 1867, won the Nobel Prize in Physics with her husband Pierre Curie.",
    "Toyota recalls 60,000 cars. The court in Oslo, Norway, heard the case of Ole Hansen against Equinor.",
)


@pytest.fixture(scope="module")
def tokenizer():
    return WordTokenizer(MODEL / "tokenizer.json")


@pytest.fixture(scope="module")
def reader():
    sys.path.insert(0, str(MODEL))
    from reader import Reader  # noqa: PLC0415

    return Reader(MODEL)


def windows_of(tokenizer, texts):
    return [w for words in tokenizer.words(texts) for w in make_windows(words, split_sentences(words.text))]


def read(reader, tokenizer, windows):
    packed = pack(windows, tokenizer.cls_id, tokenizer.sep_id)
    return reader.read(packed.input_ids, packed.case_ids, packed.first_piece, packed.lengths)


def of_window(result, window):
    """One window's results as bytes and numbers that can be compared exactly, free of its place in the request."""
    rows = np.flatnonzero(result.mentions[:, 0] == window)
    base = int(rows[0]) if len(rows) else 0
    facts = result.relations[:, 0] == window
    happened = np.flatnonzero(result.happenings[:, 0] == window)
    cast = np.isin(result.roles[:, 0], happened)
    return (
        result.mentions[rows, 1:].tolist(),
        result.mention_scores[rows].tobytes(),
        (result.relations[facts, 1:3] - base).tolist(),
        result.relations[facts, 3].tolist(),
        result.relation_scores[facts].tobytes(),
        result.happenings[happened, 1:].tolist(),
        result.happening_scores[happened].tobytes(),
        (result.roles[cast] - [int(happened[0]) if len(happened) else 0, base, 0]).tolist(),
        result.role_scores[cast].tobytes(),
    )


def test_a_window_reads_the_same_alone_and_in_any_company(reader, tokenizer):
    windows = windows_of(tokenizer, TEXTS)
    alone = [of_window(read(reader, tokenizer, [w]), 0) for w in windows]
    assert any(facts[3] for facts in alone)
    assert sum(len(facts[5]) for facts in alone) > 1
    assert any(facts[7] for facts in alone)
    rng = np.random.default_rng(1)
    for _ in range(5):
        order = rng.integers(len(windows), size=9)
        together = read(reader, tokenizer, [windows[i] for i in order])
        for place, i in enumerate(order):
            assert of_window(together, place) == alone[i]


def test_it_finds_names_in_news(reader, tokenizer):
    words = tokenizer.words([TEXTS[0]])[0]
    (window,) = make_windows(words, split_sentences(TEXTS[0]))
    result = read(reader, tokenizer, [window])
    found = {(TEXTS[0][slice(*window.span(first, end))], reader.types[kind]) for _, first, end, kind in result.mentions}
    assert {("Tim Cook", "person"), ("Emmanuel Macron", "person"), ("Paris", "location")} <= found
    assert result.mention_scores.min() > 0
    assert result.mention_scores.max() <= 1


def test_relations_respect_the_ontology(reader, tokenizer):
    ontology = load_ontology(REPOSITORY / "topology" / "ontology.yaml").for_language("en")
    result = read(reader, tokenizer, windows_of(tokenizer, TEXTS))
    assert len(result.relations)
    for window, subject, obj, relation in result.relations.tolist():
        kinds = [reader.types[result.mentions[i, 3]] for i in (subject, obj)]
        assert ontology.allows(kinds[0], reader.relations[relation], kinds[1])
        assert result.mentions[subject, 0] == result.mentions[obj, 0] == window
    assert ((result.relation_scores >= 0.1) & (result.relation_scores <= 1)).all()


def test_the_labels_are_the_ontologys(reader):
    ontology = load_ontology(REPOSITORY / "topology" / "ontology.yaml").for_language("en")
    assert [name for name in reader.types if name != "happening"] == [t.name for t in ontology.entity_types]
    assert reader.relations == [r.id for r in ontology.relations]
    for relation in ontology.relations:
        column = reader.relations.index(relation.id)
        allowed = {
            (reader.types[s], reader.types[o])
            for s, o in zip(*reader.rules.allowed[:, :, column].nonzero(), strict=True)
        }
        assert allowed == {(s, o) for s in relation.domain for o in relation.range}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lengths": [4, 1]}, "2 to 192 pieces"),
        ({"lengths": [6]}, "sum to 6"),
        ({"lengths": []}, "lengths is empty"),
        ({"input_ids": [101, 99999, 1, 102, 102]}, "input_ids must lie in"),
        ({"input_ids": [101, -1, 1, 102, 102]}, "input_ids must lie in"),
        ({"case_ids": [0, 8, 1, 0, 0]}, "case_ids must lie in"),
        ({"case_ids": [0]}, "equally long"),
        ({"first_piece": [True]}, "equally long"),
    ],
)
def test_a_malformed_request_is_refused_by_name(reader, change, message):
    given = {
        "input_ids": [101, 2000, 2001, 102, 102],
        "case_ids": [0, 1, 1, 0, 0],
        "first_piece": [False, True, True, False, False],
        "lengths": [5],
    }
    given |= change
    arrays = {name: np.array(values, np.bool_ if name == "first_piece" else np.int32) for name, values in given.items()}
    with pytest.raises(sys.modules["reader"].InvalidRequest, match=message):
        reader.read(**arrays)


def test_a_window_without_words_says_nothing(reader):
    result = reader.read(
        np.array([101, 102], np.int32), np.zeros(2, np.int32), np.zeros(2, np.bool_), np.array([2], np.int32)
    )
    assert result.mentions.shape == (0, 4)
    assert result.relations.shape == (0, 4)


def test_the_longest_window_is_read(reader, tokenizer):
    text = "Angela Merkel met Emmanuel Macron in Berlin. " * 40
    windows = windows_of(tokenizer, [text])
    assert max(map(len, windows)) > 180
    assert len(read(reader, tokenizer, windows).mentions) > 100


def test_weights_that_know_no_happenings_tell_none(reader, tokenizer):
    if reader.happenings.known:
        pytest.skip("the shipped weights know happenings")
    result = read(reader, tokenizer, windows_of(tokenizer, TEXTS))
    assert len(result.mentions)
    for rows, columns in ((result.happenings, 5), (result.happening_scores, 2), (result.roles, 3)):
        assert rows.shape == (0, columns)
    assert len(result.role_scores) == 0
    assert "happening" not in reader.types
    assert reader.rules.allowed.shape[2] == len(reader.relations)
