"""MORE's format, read from a miniature that is written here, and what is said of bad data."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")

import torch
from PIL import Image

from inference.object_relations.example import Span
from inference.object_relations.labels import no_relation
from inference.research.relformer.data.mnre import RELATIONS, read_mnre
from inference.research.relformer.data.more import MoreError, read_more
from inference.research.relformer.data.more_pictures import MOST_PIXELS, read_depth, view_of
from inference.research.relformer.metrics import score
from tests.inference.research.relformer.miniature import LINE, write_miniature

pytestmark = pytest.mark.training


@pytest.fixture
def folder(tmp_path):
    return write_miniature(tmp_path / "MORE")


def test_a_line_is_read_as_it_says(folder):
    data = read_more(folder)
    assert data.relations == ("none", "steers", "owns")
    assert {split: len(pairs) for split, pairs in data.splits.items()} == {"train": 12, "valid": 6, "test": 6}
    pair = data.splits["train"][0]
    assert pair.example.words[:3] == ("Ada", "Berg", "steers")
    assert pair.example.mention == Span(0, 2)
    assert pair.example.name(pair.example.mention) == "Ada Berg"
    assert pair.example.target == "boat_1"
    assert pair.example.objects == {"boat_1": (0.25, 0.5, 0.5, 1.0), "car_1": (0.75, 0.5, 0.5, 1.0)}
    assert pair.example.captions == {"boat_1": "a red boat"}
    assert pair.example.relation == 1


def test_pictures_and_depth_come_with_the_pair(folder):
    first, second = read_more(folder).splits["train"][:2]
    view = view_of(first)
    assert view.picture.shape == (24, 40, 3)
    assert view.picture[:, :16, 0].min() > 200
    assert view.depth.shape == (12, 20)
    assert np.allclose([view.depth[0, 0], view.depth[0, -1]], [0, 1])
    assert view_of(second).depth is None


def test_objects_may_come_as_more_publishes_them(folder):
    path = folder / "ent_train_dict.json"
    boxes = {
        image: {name: tuple(box) for name, box in found.items()}
        for image, found in json.loads(path.read_text()).items()
    }
    as_json = [pair.example for pair in read_more(folder).splits["train"]]
    path.unlink()
    torch.save(boxes, folder / "ent_train_dict.pth")
    assert [pair.example for pair in read_more(folder).splits["train"]] == as_json


def test_a_pickle_that_would_run_something_is_refused(folder, tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "touched"), "w"))

    (folder / "ent_train_dict.json").unlink()
    torch.save({"a.jpg": Evil()}, folder / "ent_train_dict.pth")
    with pytest.raises(MoreError, match=r"ent_train_dict\.pth"):
        read_more(folder)
    assert not (tmp_path / "touched").exists()


BAD_LINES = {
    "__import__('os').getcwd()": "not a Python literal",
    "{'token': ": "not a Python literal",
    "[1, 2]": "a dict is wanted",
    repr({k: v for k, v in LINE.items() if k != "img_id"}): "lacks img_id",
    repr(LINE | {"token": "Ada"}): "list of words",
    repr(LINE | {"relation": "eats"}): "'eats' is not in rel2id",
    repr(LINE | {"h": {"name": "Ada", "pos": [2, 2]}}): r"pos \[2, 2\]",
    repr(LINE | {"h": {"name": "Ada", "pos": [5, 99]}}): "within 5 words",
    repr(LINE | {"h": {"name": "Ada"}}): "pos None",
    repr(LINE | {"t": {"name": "plane"}, "img_id": "valid_0.jpg"}): "no object 'plane'",
    repr(LINE | {"t": None}): "t must be a dict",
    repr(LINE | {"img_id": "../x.jpg"}): "img_id must be",
    repr(LINE | {"img_id": "other.jpg"}): "other.jpg has no objects",
}


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_is_named_with_its_reason(folder, line):
    with (folder / "txt" / "valid.txt").open("a") as file:
        file.write(line + "\n")
    with pytest.raises(MoreError, match=r"valid\.txt, line 7.*" + BAD_LINES[line]):
        read_more(folder)


def spoil_box(folder):
    path = folder / "ent_test_dict.json"
    boxes = json.loads(path.read_text())
    next(iter(boxes.values()))["boat_1"] = [120, 40, 10, 10]
    path.write_text(json.dumps(boxes))


BAD_FILES = {
    "no relations": (lambda f: (f / "rel2id.json").unlink(), "rel2id.json is missing"),
    "ids with a gap": (lambda f: (f / "rel2id.json").write_text('{"none": 0, "steers": 1, "owns": 3}'), "0 to 2"),
    "half a JSON": (lambda f: (f / "rel2id.json").write_text('{"none"'), "not JSON"),
    "boxes in pixels": (spoil_box, "not in shares"),
    "no boxes": (lambda f: (f / "ent_valid_dict.json").unlink(), "ent_valid_dict"),
    "no train split": (lambda f: (f / "txt" / "train.txt").unlink(), "train.txt is missing"),
    "no picture": (lambda f: (f / "img_org" / "train" / "train_0.jpg").unlink(), r"train\.txt, line 1: .* is missing"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_named(folder, name):
    spoil, reason = BAD_FILES[name]
    spoil(folder)
    with pytest.raises(MoreError, match=reason):
        read_more(folder)


def test_a_picture_that_is_none_names_the_line_that_wanted_it(folder):
    pair = read_more(folder).splits["train"][0]
    pair.picture.write_bytes(b"<svg/>")
    with pytest.raises(MoreError, match=r"train\.txt, line 1: .*is no picture"):
        view_of(pair)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(folder):
    pair = read_more(folder).splits["train"][0]
    Image.new("1", (10_000, MOST_PIXELS // 10_000 + 1)).save(pair.picture, "PNG")
    with pytest.raises(MoreError, match="too many"):
        view_of(pair)


def test_a_depth_map_with_a_pickle_in_it_is_refused(tmp_path):
    path = tmp_path / "depth.npz"
    np.savez(path, depth_map=np.array([{}], object))
    with pytest.raises(MoreError, match="holds no depth_map of numbers"):
        read_depth(path, "line 1")
    np.savez(path, depth_map=np.full((2, 2), np.nan, np.float32))
    with pytest.raises(MoreError, match="finite"):
        read_depth(path, "line 1")


def test_scores_are_counted_as_more_counts_them():
    relations = ("none", "steers", "owns")
    found = score([0, 0, 1, 1, 2, 2], [0, 1, 1, 0, 2, 1], no_relation(relations))
    assert found.accuracy == 0.5
    assert found.tally.precision == 0.5  # 2 of the 4 that it calls a relation
    assert found.tally.recall == 0.5
    # Nothing is left out where no class means none.
    assert score([0, 1], [0, 1], no_relation(("owns", "steers"))).tally.right == 2


def test_mnre_has_a_mention_at_both_ends(tmp_path):
    path = tmp_path / "mnre.txt"
    path.write_text(repr(LINE | {"t": {"name": "boat", "pos": [4, 5]}, "relation": "/per/misc/present_in"}) + "\n")
    (example,) = read_mnre(path)
    assert example.name(example.other) == "boat"
    assert RELATIONS[example.relation] == "/per/misc/present_in"
    assert len(set(RELATIONS)) == 23
    path.write_text(repr(LINE | {"relation": "None"}) + "\n")
    with pytest.raises(MoreError, match="line 1: t: pos None"):
        read_mnre(path)
