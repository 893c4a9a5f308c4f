"""The labels of pictures: whole by themselves."""

import json

import pytest

from inference.training.pictures.annotated import reading
from inference.training.pictures.annotated.reading import PARTS
from inference.training.pictures.annotated.relations import PEOPLE, RELATIONS, SAME_PERSON, object_allowed

ROWS = {
    part: [json.loads(line) for line in reading.labels(part).read_text(encoding="utf-8").splitlines()] for part in PARTS
}


def test_no_picture_and_no_post_is_in_two_parts():
    everything = [row["picture"] for rows in ROWS.values() for row in rows]
    assert len(everything) == len(set(everything))
    posts = {part: {row["post"] for row in rows} for part, rows in ROWS.items()}
    assert posts["train"].isdisjoint(posts["dev"] | posts["test"])
    assert posts["dev"].isdisjoint(posts["test"])


@pytest.mark.parametrize("part", PARTS)
def test_labels_are_whole(part):
    assert ROWS[part]
    for row in ROWS[part]:
        width, height = row["size"]
        names, objects = range(len(row["names"])), range(len(row["objects"]))
        assert all(start < end for _, start, end, *_ in row["names"]), row["picture"]
        for _, _, left, top, right, bottom in row["objects"]:
            assert -1 <= left < right <= width + 1, row["picture"]
            assert -1 <= top < bottom <= height + 1, row["picture"]
        wrong = set(row["wrong"])
        assert wrong <= set(objects)
        for name, things, clear in row["shown"]:
            assert name in names
            assert clear or not things
            assert all(row["objects"][thing][0] in PEOPLE for thing in things)
            assert wrong.isdisjoint(things)
        pairs = [(name, thing) for name, thing, _ in row["relations"]]
        assert len(pairs) == len(set(pairs)), row["picture"]
        for name, thing, relation in row["relations"]:
            assert name in names
            assert relation in RELATIONS
            assert relation != SAME_PERSON
            assert thing in set(objects) - wrong
            assert object_allowed(relation, row["objects"][thing][0])
