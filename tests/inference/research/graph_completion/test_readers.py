"""The public sets, in miniatures of their own formats."""

import json
import zipfile

import pytest

from inference.research.graph_completion import readers
from inference.research.graph_completion.readers import GraphDataError, read
from tests.inference.research.graph_completion.miniature import write_mkgc

LINES = {"train": "b\tr\ta\nc\ts\ta\n", "valid": "a\tr\tb\n", "test": "a\ts\td\n"}


def write_zip(folder, name, lines):
    place = folder / "fb15k237-wn18rr" / "data_compressed"
    place.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place / f"{name}.zip", "w") as archive:
        for split, content in lines.items():
            archive.writestr(f"{name}/{split}.txt", content)


def write_text(folder, name, pairs):
    place = folder / "text" / name
    place.mkdir(parents=True, exist_ok=True)
    (place / "entity2text.txt").write_text("".join(f"{a}\t{b}\n" for a, b in pairs.items()))
    return place


@pytest.fixture
def freebase(tmp_path):
    write_zip(tmp_path, "FB15k-237", LINES)
    text = write_text(tmp_path, "FB15k-237", {"a": "Ada", "b": "Berg", "x": "elsewhere"})
    described = {"a": {"description": "pilot"}, "b": {"label": "Berg"}}
    (text / "entity2wikidata.json").write_text(json.dumps(described))
    return tmp_path


def test_freebase_has_names_and_descriptions(freebase):
    graph = read("fb15k-237", freebase)
    assert (graph.name, graph.entities, graph.relations) == ("FB15k-237", ("a", "b", "c", "d"), ("r", "s"))
    assert graph.train.tolist() == [[1, 0, 0], [2, 1, 0]]
    assert (graph.valid.tolist(), graph.test.tolist()) == ([[0, 0, 1]], [[0, 1, 3]])
    assert graph.texts == ("Ada, pilot", "Berg", "", "")


def test_wordnet_has_definitions(tmp_path):
    write_zip(tmp_path, "WN18RR", LINES)
    write_text(tmp_path, "WN18RR", {"d": "stool, a seat"})
    graph = read("wn18rr", tmp_path)
    assert graph.texts == ("", "", "", "stool, a seat")
    assert len(graph.train) == 2


def test_numbered_sets_have_no_texts_and_yago_has_names(tmp_path):
    write_mkgc(tmp_path, "DB15K")
    graph = read("db15k", tmp_path)
    assert (graph.texts, len(graph.entities), len(graph.test)) == ((), 3, 2)
    place = write_mkgc(tmp_path, "MKG-Y")
    (place / "entity2id.txt").write_text("Gilles_Mbang_Ondo 0\nOut of_My Mind 2\n")
    graph = read("mkg-y", tmp_path)
    assert dict(zip(graph.entities, graph.texts, strict=True)) == {
        "0": "Gilles Mbang Ondo",
        "2": "Out of My Mind",
        "10": "",
    }


def test_what_training_tells_does_not_choose_between_models(tmp_path):
    place = write_mkgc(tmp_path, "DB15K")
    (place / "valid.txt").write_text("0\t1\t2\n2\t1\t10\n")
    graph = read("db15k", tmp_path)
    assert [(graph.entities[h], graph.entities[t], graph.relations[r]) for h, r, t in graph.valid] == [("2", "10", "1")]
    assert len(graph.test) == 2


@pytest.mark.parametrize("name", ["fb15k-237", "db15k", "nowhere"])
def test_what_is_missing_is_named(tmp_path, name):
    with pytest.raises(GraphDataError, match=name):
        read(name, tmp_path)


def test_bad_data_is_refused(freebase, monkeypatch):
    write_zip(freebase, "FB15k-237", LINES | {"valid": "a\tr\tb\na\tb\n"})
    with pytest.raises(GraphDataError, match="line 2: not head"):
        read("fb15k-237", freebase)
    write_zip(freebase, "FB15k-237", {"train": LINES["train"]})
    with pytest.raises(GraphDataError, match="no valid"):
        read("fb15k-237", freebase)
    write_zip(freebase, "FB15k-237", LINES)
    monkeypatch.setattr(readers, "MOST_BYTES", 10)
    with pytest.raises(GraphDataError, match="at most 10 bytes"):
        read("fb15k-237", freebase)
    (freebase / "fb15k237-wn18rr" / "data_compressed" / "FB15k-237.zip").write_bytes(b"no archive")
    with pytest.raises(GraphDataError, match="fb15k-237 cannot be read"):
        read("fb15k-237", freebase)
