import json

import numpy as np
import pytest

from inference.text_extraction.added import AddedRelations
from inference.text_extraction.results import BadOutputError, TextLabels, read_labels, read_results
from inference.text_extraction.windows import Window

LABELS = TextLabels(("person", "location"), ("P1", "P2"), "7", ("asserted", "past"))


def arrays(**changed):
    good = {
        "mentions": np.array([[1, 0, 2, 0], [0, 0, 1, 1], [1, 2, 3, 1]], np.int32),
        "mention_scores": np.array([0.5, 0.25, 1], np.float32),
        "relations": np.array([[1, 2, 0, 1]], np.int32),
        "relation_scores": np.array([0.87654321], np.float32),
        "relation_modalities": np.array([1], np.int32),
    }
    return {name: np.asarray(changed.get(name, array), array.dtype) for name, array in good.items()}


@pytest.fixture
def windows(tokenizer):
    (words,) = tokenizer.words(["one two three"])
    return [Window(words, 0, 1), Window(words, 0, 3)]


def test_results_come_by_window(windows):
    first, second = read_results(windows, arrays(), LABELS)
    assert (first.mentions, first.relations) == ([(0, 1, "location", 0.25)], [])
    assert second.mentions == [(0, 2, "person", 0.5), (2, 3, "location", 1.0)]
    assert second.relations == [(1, 0, "P2", 0.8765, "past")]
    assert second.labels is LABELS


@pytest.mark.parametrize("least,found", [(0.87, [(1, 0, "sued", 0.8765, "past")]), (0.88, [])])
def test_added_relations_count_on_from_the_models_own(windows, least, found):
    outputs = arrays(relations=[[1, 2, 0, 3]])
    _, second = read_results(windows, outputs, LABELS, AddedRelations(("met", "sued"), b"", (1.0, least)))
    assert second.relations == found
    with pytest.raises(BadOutputError, match="unknown id"):
        read_results(windows, outputs, LABELS, AddedRelations(("met",), b"", (0.0,)))


def test_an_added_relation_does_not_raise_the_bar_for_the_others(windows):
    _, second = read_results(windows, arrays(), LABELS, AddedRelations(("met",), b"", (1.0,)))
    assert second.relations == [(1, 0, "P2", 0.8765, "past")]


def test_nothing_found(windows):
    none = {name: array[:0] for name, array in arrays().items()}
    assert [r.mentions + r.relations for r in read_results(windows, none, LABELS)] == [[], []]


@pytest.mark.parametrize(
    "changed,complaint",
    [
        ({"mentions": [[2, 0, 1, 0]] * 3}, "mentions name an unknown window, in row 0"),
        ({"mentions": [[1, 0, 2, 0], [0, 0, 2, 1], [1, 2, 3, 1]]}, "outside its window, in row 1"),
        ({"mentions": [[1, 1, 1, 0], [0, 0, 1, 1], [1, 2, 3, 1]]}, "outside its window"),
        ({"mentions": [[1, -1, 1, 0], [0, 0, 1, 1], [1, 2, 3, 1]]}, "outside its window"),
        ({"mentions": [[1, 0, 1, 2], [0, 0, 1, 1], [1, 2, 3, 1]]}, "unknown type"),
        ({"mention_scores": [0.5, np.nan, 1]}, "a score of mentions is outside 0 to 1, in row 1"),
        ({"mention_scores": [0.5]}, "3 mentions but 1 scores"),
        ({"mentions": [1, 2, 3]}, r"output mentions is int32\[3\]"),
        ({"relations": [[1, 0, 3, 0]]}, "points at no mention"),
        ({"relations": [[1, 0, -1, 0]]}, "points at no mention"),
        ({"relations": [[1, 0, 1, 0]]}, "leaves its window"),
        ({"relations": [[1, 0, 2, 2]]}, "unknown id"),
        ({"relation_scores": [1.5]}, "a score of relations"),
        ({"relation_modalities": [2]}, "a relation has an unknown modality"),
        ({"relation_modalities": [0, 0]}, "1 relations but 2 modalities"),
    ],
)
def test_contradictions_are_reported(windows, changed, complaint):
    with pytest.raises(BadOutputError, match=complaint):
        read_results(windows, arrays(**changed), LABELS)


def test_wrong_types_are_reported(windows):
    with pytest.raises(BadOutputError, match="output mentions is int64"):
        read_results(windows, arrays() | {"mentions": np.zeros((0, 4), np.int64)}, LABELS)


def test_labels():
    text = json.dumps(
        {
            "entity_types": ["person", "location"],
            "relations": ["P1", "P2"],
            "version": 7,
            "modalities": ["asserted", "past"],
        }
    ).encode()
    assert read_labels(text) == LABELS


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b"\xff", b'{"entity_types": 1, "relations": [], "version": ""}'])
def test_what_is_no_label_list(text):
    with pytest.raises(BadOutputError, match="labels"):
        read_labels(text)


def test_a_model_that_names_no_modalities_asserts():
    assert read_labels(b'{"entity_types": [], "relations": [], "version": "1"}').modalities == ("asserted",)


TOLD = TextLabels(("person", "location"), ("P1", "P2"), "7", ("asserted", "past"), ("attack", "deal"), ("who", "where"))


def happenings(**changed):
    good = {
        "happenings": np.array([[1, 2, 3, 1, 1]], np.int32),
        "happening_scores": np.array([[0.9, 0.8765432]], np.float32),
        "roles": np.array([[0, 2, 1], [0, 0, 0]], np.int32),
        "role_scores": np.array([0.7, 0.6], np.float32),
    }
    return arrays() | {name: np.asarray(changed.get(name, array), array.dtype) for name, array in good.items()}


def test_happenings_come_by_window_and_their_roles_by_mention(windows):
    first, second = read_results(windows, happenings(), TOLD)
    assert first.happenings == []
    (found,) = second.happenings
    assert (found.first, found.end, found.kind, found.modality) == (2, 3, "deal", "past")
    assert (found.score, found.class_score) == (0.9, 0.8765)
    assert found.roles == [("where", 1, 0.7), ("who", 0, 0.6)]


def test_a_model_that_was_not_asked_for_happenings_gives_none(windows):
    assert [result.happenings for result in read_results(windows, arrays(), TOLD)] == [[], []]


def test_no_happenings(windows):
    none = happenings() | {name: array[:0] for name, array in happenings().items() if "relation" not in name}
    none |= {name: array[:0] for name, array in arrays().items()}
    assert [result.happenings for result in read_results(windows, none, TOLD)] == [[], []]


@pytest.mark.parametrize(
    "changed,complaint",
    [
        ({"happenings": [[2, 0, 1, 0, 0]]}, "happenings name an unknown window"),
        ({"happenings": [[0, 0, 2, 0, 0]]}, "a trigger lies outside its window"),
        ({"happenings": [[1, 1, 1, 0, 0]]}, "a trigger lies outside its window"),
        ({"happenings": [[1, 2, 3, 2, 0]]}, "unknown class"),
        ({"happenings": [[1, 2, 3, 0, 2]]}, "unknown modality"),
        ({"happenings": [1, 2, 3, 0, 0]}, r"output happenings is int32\[5\]"),
        ({"happening_scores": [[0.9, 1.5]]}, "a score of happenings"),
        ({"happening_scores": [[np.nan, 0.5]]}, "a score of happenings"),
        ({"happening_scores": [[0.9, 0.5]] * 2}, "1 happenings but 2 scores"),
        ({"roles": [[1, 2, 1], [0, 0, 0]]}, "unknown happening"),
        ({"roles": [[0, 3, 1], [0, 0, 0]]}, "unknown mention"),
        ({"roles": [[0, 2, 2], [0, 0, 0]]}, "unknown role"),
        ({"roles": [[0, 1, 1], [0, 0, 0]]}, "a role leaves its window, in row 0"),
        ({"role_scores": [0.7]}, "2 roles but 1 scores"),
        ({"role_scores": [0.7, -0.1]}, "a score of roles"),
    ],
)
def test_contradictions_about_happenings_are_reported(windows, changed, complaint):
    with pytest.raises(BadOutputError, match=complaint):
        read_results(windows, happenings(**changed), TOLD)


def test_labels_say_which_happenings_the_weights_know():
    text = b'{"entity_types": [], "relations": [], "version": "1", "happenings": {"classes": ["a"], "roles": ["who"]}}'
    assert (read_labels(text).classes, read_labels(text).roles) == (("a",), ("who",))
    assert {"happenings", "roles", "mentions"} <= read_labels(text).outputs.keys()
    assert "happenings" not in LABELS.outputs
    with pytest.raises(BadOutputError):
        read_labels(text.replace(b'{"classes"', b'[{"classes"').replace(b'["who"]}', b'["who"]}]'))
