"""Groups depend on the things alone: not on their order, on repetitions, or on what was there in between."""

import math
import random
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.entities.happenings import leaders
from streams.entities.happenings.leaders import NEAREST, Leaders


@dataclass(frozen=True)
class Number:
    """A number that is like those that are near; found by the tens around it."""

    order: tuple[int, str]
    value: int

    @property
    def keys(self):
        return (("tens", tuple(f"{self.value // 10 + i}" for i in (0, 1))),)


def near(one, other):
    return 8 - abs(one.value - other.value)


def numbers(values):
    return [Number((at, f"n{at}"), value) for at, value in enumerate(values)]


def grouped(things, slack=0.0):
    found = Leaders(near, slack)
    found.change((), things)
    return found.leader


VALUES = st.lists(st.integers(0, 60), max_size=60)
REACH = 15


def near_and_soon(one, other):
    return near(one, other) if other.order[0] - one.order[0] <= REACH else -math.inf


@given(VALUES, st.sampled_from([0.0, 6.0]), st.randoms(use_true_random=False))
def test_what_is_out_of_reach_need_not_be_looked_at(values, slack, chance):
    things = numbers(values)
    again = chance.sample(things[::5], len(things[::5]))
    every, within = Leaders(near_and_soon, slack), Leaders(near_and_soon, slack, REACH)
    for found in (every, within):
        found.change((), things)
        found.change([thing.order[1] for thing in things[::5]], ())
        for thing in again:
            found.change((), [thing])
    assert within.leader == every.leader
    assert within.comparisons <= every.comparisons


@dataclass(frozen=True)
class Word:
    """A thing that may have no key of a kind."""

    order: tuple[int, str]
    found_by: tuple[str, ...]

    @property
    def keys(self):
        return (("words", self.found_by),)


def test_a_thing_without_keys_of_a_kind_outlives_the_last_thing_that_has_some():
    found = Leaders(lambda *_: 1.0)
    bare, other = Word((0, "bare"), ()), Word((1, "other"), ("key",))
    found.change((), [bare, other])
    found.change(["other"], ())
    found.change((), [Word((2, "bare"), ("key",))])
    found.change((), [bare])
    assert found.leader == {"bare": "bare"}


def test_what_was_long_ago_is_not_compared():
    # Under one key, one thing each day for a year, none like another.
    found = Leaders(lambda *_: 0.0, reach=REACH)
    for at in range(365):
        found.change((), [Number((at * (REACH + 1), f"n{at}"), 1)])
    assert found.comparisons == 0


@given(VALUES, st.sampled_from([0.0, 6.0]), st.randoms(use_true_random=False), st.data())
def test_neither_order_nor_repetition_nor_what_is_gone_matters(values, slack, chance, data):
    things = numbers(values)
    expected = grouped(things, slack)
    passing = [Number((at, f"gone{at}"), data.draw(st.integers(0, 60))) for at in range(0, len(values), 4)]
    # Some were something else before.
    former = [Number(thing.order, data.draw(st.integers(0, 60))) for thing in things[::3]]
    steps = [*things, *things[::2], *passing]
    chance.shuffle(steps)
    found = Leaders(near, slack)
    found.change((), former)
    for thing in steps:
        found.change((), [thing])
    found.change([thing.order[1] for thing in passing], ())
    assert found.leader == expected


@given(VALUES)
def test_who_leads_joins_nobody_and_is_like_all_who_joined(values):
    things = {thing.order[1]: thing for thing in numbers(values)}
    for id_, leader in grouped(things.values()).items():
        first, one = things[leader], things[id_]
        assert first.order <= one.order
        assert one is first or near(first, one) > 0
        assert grouped(things.values())[leader] == leader


@given(VALUES, st.integers(0, 60))
def test_what_changed_is_said(values, last):
    things = numbers([*values, last])
    found = Leaders(near)
    found.change((), things[1:])
    before = dict(found.leader)
    said = found.change((), things[:1])
    differs = {id_ for id_, leader in found.leader.items() if before.get(id_) != leader}
    assert differs <= said.keys()
    assert all(said[id_] == before.get(id_) for id_ in differs)


def test_a_leader_is_found_however_many_joined_it_since():
    things = numbers([30] * (20 * NEAREST))
    assert set(grouped(things).values()) == {"n0"}


def test_who_joined_looks_again_when_the_leader_has_changed():
    # All in between stay with it, so nothing but the leader itself has changed for the last one.
    things = numbers([27, *[28] * (2 * NEAREST), 31])
    found = Leaders(near)
    found.change((), things)
    last = things[-1].order[1]
    assert found.leader[last] == "n0"
    found.change((), [Number(things[0].order, 22)])
    assert found.leader["n1"] == "n0"
    assert found.leader[last] == last


def test_a_chain_of_small_differences_does_not_grow_together():
    found = grouped(numbers(range(0, 200, 5)))
    assert len(set(found.values())) == 20


def test_who_is_like_another_of_the_group_joins_it_if_it_is_not_too_unlike_the_first():
    assert grouped(numbers([0, 5, 10]))["n2"] == "n2"
    assert grouped(numbers([0, 5, 10]), slack=6)["n2"] == "n0"
    assert grouped(numbers([0, 7, 14]), slack=6)["n2"] == "n2"


def test_of_several_it_joins_the_most_similar():
    found = grouped(numbers([0, 10, 6]))
    assert found["n2"] == "n1"


def comparisons(count, order):
    chance = random.Random(count)  # noqa: S311
    things = numbers([chance.randrange(count // 4) for _ in range(count)])
    found = Leaders(near)
    for thing in order(things, chance):
        found.change((), [thing])
    return found.comparisons


ORDERS = {
    "as they happened": lambda things, _: things,
    "mixed": lambda things, chance: chance.sample(things, len(things)),
    "the last first": lambda things, _: things[::-1],
}


@pytest.mark.parametrize("order", ORDERS)
def test_twice_the_things_cost_about_twice_as_much(order):
    costs = [comparisons(count, ORDERS[order]) for count in (1000, 2000, 4000)]
    assert all(2 * one * 1.3 >= other for one, other in pairwise(costs))


@pytest.mark.parametrize("order", ORDERS)
def test_a_crowd_of_like_things_costs_no_more(order):
    # All have the same keys, and none is like another: each sees only those that are nearest.
    seen = []
    for count in (400, 800):
        found = Leaders(lambda *_: 0.0)
        things = [Number((at, f"n{at}"), 5) for at in range(count)]
        for thing in ORDERS[order](things, random.Random(1)):  # noqa: S311
            found.change((), [thing])
        seen.append(found.comparisons)
    assert seen[1] <= 2 * 1.1 * seen[0]
    assert seen[1] <= 800 * 2 * leaders.NEAREST
