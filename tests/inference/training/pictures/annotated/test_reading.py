"""Labels of pictures: joined with the data folder's pictures and texts, and never laid over others."""

import json

import pytest

from inference.training.pictures.annotated import reading
from inference.training.pictures.annotated.reading import PictureMismatchError, annotated_pictures, digest
from inference.training.pictures.annotated.relations import (
    NONE,
    RELATIONS,
    SAME_PERSON,
    name_expected,
    object_allowed,
)
from topology.settings import REPOSITORY

PICTURE = b"a picture's bytes"
HEADLINE, CAPTION = "Harbour opens", "Ada Berg and Bo Lind of Acme"


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data folder with one post, and its labels: Berg is shown, for Lind it is unclear, box 2 is wrong."""
    folder = tmp_path / "feeds"
    (folder / "gsa-images").mkdir(parents=True)
    (folder / "gsa-images" / "a.jpg").write_bytes(PICTURE)
    post = {"id": "p", "headline": HEADLINE, "media": [{"path": "gsa-images/a.jpg", "caption": CAPTION}]}
    (folder / "gsa-posts.jsonl").write_text(json.dumps(post) + "\n", encoding="utf-8")
    row = {
        "picture": "a.jpg",
        "post": "p",
        "file": digest(PICTURE),
        "words": digest(f"{HEADLINE}\n{CAPTION}".encode()),
        "size": [200, 100],
        "names": [
            ["caption", 0, 8, "person", True],
            ["caption", 13, 20, "person", True],
            ["caption", 24, 28, "organization", False],
        ],
        "objects": [["person", 0.9, 10, 5, 60, 95], ["person", 0.8, 70, 5, 120, 95], ["tv", 0.5, 150, 0, 200, 50]],
        "wrong": [2],
        "shown": [[0, [0], True], [1, [], False]],
        "relations": [[2, 0, "/per/org/member_of"]],
    }
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / "dev.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    monkeypatch.setattr(reading, "FOLDER", labels)
    return tmp_path


def test_labels_are_joined_with_picture_and_text(data):
    (picture,) = annotated_pictures(data, "dev")
    assert picture.path.read_bytes() == PICTURE
    assert [picture.words(n) for n in range(3)] == ["Ada Berg", "Bo Lind", "Acme"]
    assert [name.found for name in picture.names] == [True, True, False]
    assert picture.objects[1].box.left == 70
    assert [thing.wrong for thing in picture.objects] == [False, False, True]


def test_every_pair_has_a_relation_or_none_unless_it_is_unclear(data):
    (picture,) = annotated_pictures(data, "dev")
    assert {(name, thing): relation for name, thing, relation in picture.pairs()} == {
        (0, 0): SAME_PERSON,
        (0, 1): NONE,
        (0, 2): NONE,
        (1, 2): NONE,
        (2, 0): "/per/org/member_of",
        (2, 1): NONE,
        (2, 2): NONE,
    }


def test_another_picture_or_text_is_refused(data):
    picture = data / "feeds" / "gsa-images" / "a.jpg"
    feed = data / "feeds" / "gsa-posts.jsonl"
    picture.write_bytes(PICTURE + b"!")
    with pytest.raises(PictureMismatchError, match="another picture"):
        list(annotated_pictures(data, "dev"))
    picture.unlink()
    with pytest.raises(PictureMismatchError, match="is missing"):
        list(annotated_pictures(data, "dev"))
    picture.write_bytes(PICTURE)
    before = feed.read_text(encoding="utf-8")
    feed.write_text(before.replace("Acme", "Apex"), encoding="utf-8")
    with pytest.raises(PictureMismatchError, match="another text"):
        list(annotated_pictures(data, "dev"))
    feed.write_text(before.replace("a.jpg", "b.jpg"), encoding="utf-8")
    with pytest.raises(PictureMismatchError, match=r"no picture a\.jpg"):
        list(annotated_pictures(data, "dev"))


def test_relations_are_between_what_they_can_be_between():
    assert len(set(RELATIONS)) == 21
    assert object_allowed("/per/org/member_of", "face")
    assert name_expected("/per/org/member_of", "face") == {"org"}
    assert name_expected("/per/misc/nationality", "tie") == {"per"}
    assert name_expected(SAME_PERSON, "person") == {"per"}
    assert not object_allowed(SAME_PERSON, "tie")
    assert not object_allowed("/org/loc/locate_at", "person")
    assert name_expected("/org/loc/locate_at", "stop sign") == {"org", "loc"}


def test_the_page_explains_every_relation():
    page = (REPOSITORY / "docs" / "annotation-pictures.md").read_text(encoding="utf-8")
    assert [relation for relation in RELATIONS if f"| `{relation}` |" not in page] == []
