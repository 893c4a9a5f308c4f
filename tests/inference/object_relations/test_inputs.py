"""What the model is given: graphs, regions and batches."""

from dataclasses import replace

import numpy as np
import pytest

from inference.knowledge.base import KnownFact
from inference.object_relations.batch import ExampleError, Limits, Role, collate
from inference.object_relations.example import Example, Span, View
from inference.object_relations.graph import Edge, Node, graph_of
from inference.object_relations.pictures import planes, region, scaled
from inference.object_relations.shape import PAPER, SMALL
from inference.object_relations.words import UNKNOWN, Vocabulary

READER = Vocabulary(["Ada", "steers", "the", "boat", "red", "owner", "of", "Acme"])
SHAPE = replace(SMALL, vocabulary=len(READER), positions=16)
BOXES = {"boat": (0.25, 0.25, 0.5, 0.5), "car": (0.75, 0.75, 0.5, 0.5)}


def example(**changes):
    return replace(Example(["Ada", "steers", "the", "boat"], Span(0, 1), 1, BOXES, "car"), **changes)


def test_a_fact_is_a_node_between_its_ends():
    graph = graph_of([KnownFact("Ada", "owner of", "Acme"), KnownFact("ADA", "rival of", "Acme")], "Ada", "Acme", 9)
    assert graph.names == ["Ada", "Acme", "owner of", "rival of"]
    assert graph.kinds == [Node.MENTION, Node.OTHER_END, Node.RELATION, Node.RELATION]
    assert graph.edges[2].tolist() == [Edge.FROM_SUBJECT, Edge.FROM_OBJECT, Edge.SELF, 0]
    assert graph.edges[:, 3].tolist() == [Edge.TO_RELATION_AS_SUBJECT, Edge.TO_RELATION_AS_OBJECT, 0, Edge.SELF]


def test_direction_is_in_the_graph():
    one, other = (
        graph_of([fact], "Ada", "Acme", 9).edges
        for fact in (KnownFact("Ada", "r", "Acme"), KnownFact("Acme", "r", "Ada"))
    )
    assert not np.array_equal(one, other)


def test_facts_that_do_not_fit_are_left_out():
    facts = [KnownFact("Ada", "likes", f"thing {n}") for n in range(9)]
    graph = graph_of(facts, "Ada", "", 6)
    assert graph.names == ["Ada", "thing 0", "likes", "thing 1", "likes"]


def test_a_fact_about_itself_has_one_end():
    graph = graph_of([KnownFact("New", "same as", "new")], "Ada", "", 9)
    assert graph.names == ["Ada", "New", "same as"]


@pytest.mark.parametrize("side", [4, 6, 7, 12, 5])
def test_a_picture_keeps_its_mean_or_its_values(side):
    picture = np.arange(12 * 12, dtype=np.float32).reshape(12, 12)
    small = scaled(picture, side)
    assert small.shape == (side, side)
    assert abs(small.mean() - picture.mean()) < 8
    assert (np.diff(small, axis=1) > 0).all()
    assert np.array_equal(scaled(np.float32([[1, 2], [3, 4]]), 4)[::2, ::2], np.float32([[1, 2], [3, 4]]))


def test_a_region_is_cut_where_its_box_is():
    picture = np.zeros((10, 20, 3), np.float32)
    picture[5:, 10:] = 1
    assert region(picture, (0.75, 0.75, 0.5, 0.5)).min() == 1
    assert region(picture, (0.25, 0.25, 0.5, 0.5)).max() == 0
    assert region(picture, (1.0, 1.0, 1e-6, 1e-6)).shape == (1, 1, 3)


def test_planes_are_channels_first_and_between_minus_one_and_one():
    picture = np.zeros((8, 8, 3), np.uint8)
    picture[..., 2] = 255
    assert planes(picture, 4)[:, 0, 0].tolist() == [-1, -1, 1]


def test_words_have_roles_and_captions_follow():
    batch = collate(
        [example(captions={"car": "red boat", "boat": "Acme"}), example(words=["Ada", "flies"])], READER, SHAPE
    )
    assert batch.roles[0].tolist() == [0, Role.MENTION, 0, 0, 0, Role.CAPTION, Role.CAPTION]
    assert batch.ids[0, 5:].tolist() == [i for (i,) in READER.ids(["red", "boat"])]
    assert batch.text[1].tolist() == [True] * 3 + [False] * 4
    assert batch.ids[1, 2] == UNKNOWN


def test_a_long_text_is_cut_around_its_mention():
    words = ["the"] * 40
    words[30] = "Ada"
    batch = collate([example(words=words, mention=Span(30, 31))], READER, SHAPE)
    assert batch.ids.shape == (1, 16)
    assert (batch.roles == Role.MENTION).sum() == 1


def test_what_is_missing_is_marked():
    picture = np.full((8, 8, 3), 255, np.uint8)
    seen = example(view=View(picture, np.ones((4, 4), np.float32)), knowledge=(KnownFact("Ada", "owner of", "Acme"),))
    batch = collate(
        [seen, example(view=View(picture)), example(objects=None, target="", other=Span(3, 4))], READER, SHAPE
    )
    assert batch.seen.tolist() == [True, True, False]
    assert batch.deep.tolist() == [True, False, False]
    assert batch.objects.tolist() == [[True, True], [True, True], [False, False]]
    assert batch.target.tolist() == [1, 1, -1]
    assert (batch.node_kinds > 0).sum(axis=1).tolist() == [4, 0, 0]
    assert (batch.depths[0] == 1).all()
    assert batch.boxes[0, 1].tolist() == [0.75, 0.75, 0.5, 0.5, 0.25]


def test_the_target_is_read_even_where_there_is_no_room_for_all():
    boxes = {str(n): (0.5, 0.5, 0.1, 0.1) for n in range(12)}
    batch = collate([example(objects=boxes, target="11")], READER, SHAPE, Limits(objects=4))
    assert batch.target[0] == 3


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"target": "plane"}, "plane"), ({"mention": Span(3, 9)}, "not within"), ({"mention": Span(2, 2)}, "not within")],
)
def test_an_example_that_contradicts_itself_is_refused(changes, reason):
    with pytest.raises(ExampleError, match=reason):
        collate([example(**changes)], READER, SHAPE)


def test_the_papers_sizes_are_the_papers():
    assert (PAPER.self_layers, PAPER.cross_layers, PAPER.width, PAPER.heads, PAPER.relations) == (8, 4, 768, 12, 21)


@pytest.mark.parametrize("changes", [{"heads": 5}, {"patch": 5}, {"prefix_levels": (2,)}])
def test_sizes_that_do_not_fit_are_refused(changes):
    with pytest.raises(ValueError, match=r"cannot|must"):
        replace(SMALL, **changes)
