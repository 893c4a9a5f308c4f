"""A story as graphs: what leads to what, who stood beside whom, and that the order of hand-over says nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.next_entity.layout import CURRENT, NODES, lay_out
from inference.next_entity.question import INPUTS, question
from inference.training.next_entity.stories.history import History

EARLIER = [("Oslo", "Ada", "Ferry"), ("Ada", "Ferry", "Bergen"), ("Ferry", "Ada"), ("Rome", "Po")]


def test_edges_lead_from_an_item_to_the_next_in_each_graph():
    found = lay_out(("Ada", "Ferry", "Ada"), EARLIER)
    assert found.nodes[:2] == ("Ada", "Ferry")
    assert found.last == 0
    ada, ferry, oslo = (found.nodes.index(name) for name in ("Ada", "Ferry", "Oslo"))
    assert (found.current[ada, ferry], found.current[ferry, ada]) == (1, 1)
    assert (found.history[ada, ferry], found.history[ferry, ada], found.history[oslo, ada]) == (2, 1, 1)
    assert found.current.sum() == 2


def test_neighbours_are_who_stood_beside_the_items_and_nobody_else():
    found = lay_out(("Ada",), EARLIER)
    assert found.nodes == ("Ada", "Ferry", "Bergen", "Oslo")
    assert found.links[0] == {"Ferry": 3, "Oslo": 1, "Bergen": 1}
    assert "Rome" not in found.nodes


def test_a_long_session_is_read_from_its_end_and_a_crowd_is_cut():
    many = [f"item {n}" for n in range(CURRENT + 5)]
    found = lay_out(many, [("item 12", f"other {n:02}") for n in range(40)])
    assert found.nodes[:CURRENT] == tuple(many[-CURRENT:])
    assert len(found.nodes) == NODES
    assert found.last == CURRENT - 1


def test_a_session_without_items_is_refused():
    with pytest.raises(ValueError, match="without items"):
        lay_out((), EARLIER)


SESSIONS = st.lists(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=6), max_size=12)


@given(SESSIONS, st.permutations(range(12)))
def test_the_order_in_which_earlier_sessions_are_handed_over_says_nothing(sessions, order):
    shuffled = [sessions[i] for i in order if i < len(sessions)]
    one, other = lay_out("ab", sessions), lay_out("ab", shuffled)
    assert one.nodes == other.nodes
    assert one.links == other.links
    assert np.array_equal(one.history, other.history)


def test_related_sessions_are_the_newest_of_each_item_once():
    history = History(read=2)
    for number in range(5):
        history.add(("Ada", f"day {number}"))
    history.add(("Ferry", "Ada"))
    assert history.related(("Ada", "Ferry")) == [("Ada", "day 4"), ("Ferry", "Ada")]
    assert history.related(("Rome",)) == []
    assert history.seen["Ada"] == 6
    assert history.newest(["Ada", "day 0", "Rome"]) == [5, 0, -1]


def test_a_question_has_what_is_known_of_each_candidate_in_its_place():
    layout = lay_out(("Ada",), EARLIER)
    vectors = {name: np.full(3, number, np.float32) for number, name in enumerate((*layout.nodes, "Rome"))}
    asked = question(layout, ("Rome", "Ferry"), vectors, {"Ferry": 3})
    assert asked.candidates[0, :, 0].tolist() == [4, 1]
    assert asked.nodes[0, :, 0].tolist() == [0, 1, 2, 3]
    assert asked.links[0].tolist() == [[0, 0, 0, 0], [3, 0, 1, 1]]
    assert asked.seen.tolist() == [[0, 3]]
    assert asked.last.tolist() == [0]
    assert {name for name in INPUTS if getattr(asked, name).dtype == np.float64} == set()
    with pytest.raises(KeyError):
        question(layout, ("Paris",), vectors, {})
