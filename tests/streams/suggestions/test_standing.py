"""What becomes of suggestions, in memory."""

from collections.abc import Sequence

import numpy as np
import pytest

from inference.graph.question import OWN_WIDTH, Neighbour, Node, Reason, Suggestion
from inference.graph.surroundings import Known, Link, Prospect, Surroundings
from streams.suggestions.standing import Kept, Open, moves, wanted
from tests.streams.sink.sample import ONTOLOGY
from tests.streams.suggestions.world import ANN, BOB, CARL

SIBLING = "P3373"


def known(entity: object) -> Known:
    return Known(entity.id, entity.name, entity.type)  # type: ignore[attr-defined]


def link(to: object, fact: str = "f-1", *, outgoing: bool = True) -> Link:
    return Link(known(to), SIBLING, outgoing, (fact,), since=7, at=9)


def reason(to: object, weight: float = 1.0) -> Reason:
    node = Node(to.id, to.type, np.zeros(OWN_WIDTH, np.float32))  # type: ignore[attr-defined]
    return Reason(Neighbour(node, SIBLING, outgoing=True), weight)


def of_ann(*links: Link) -> Surroundings:
    return Surroundings(known(ANN), links)


def suggestion(object_: object = CARL, probability: float = 0.7, *reasons: Reason) -> Suggestion:
    return Suggestion(ANN.id, SIBLING, object_.id, probability, reasons or (reason(BOB),))  # type: ignore[attr-defined]


def opened(*suggestions: Suggestion, around: Surroundings | None = None, most: int = 5) -> list[Open]:
    prospects = [Prospect(known(CARL), through=("f-2",)), Prospect(known(BOB))]
    return wanted(around or of_ann(link(BOB)), prospects, suggestions, ONTOLOGY, version="1", most=most)


def kept(one: Open, *, closed: bool = False, confirmed: int | None = None) -> Kept:
    told = one.told
    parts = told.id, told.subject.id, told.predicate.id, told.object.id
    return Kept(*parts, closed, confirmed, one.values)


def test_a_suggestion_says_what_speaks_for_it_the_weightiest_first() -> None:
    around = of_ann(link(BOB, "f-1"), link(CARL, "f-3", outgoing=False))
    backwards = Reason(Neighbour(reason(CARL).neighbour.node, SIBLING, outgoing=False), 0.75)
    (one,) = opened(suggestion(CARL, 0.7, reason(BOB, 0.25), backwards), around=around)
    assert [(r.fact, r.subject, r.object, r.weight) for r in one.told.reasons] == [
        ("f-3", CARL, ANN, 0.75),
        ("f-1", ANN, BOB, 0.25),
    ]
    assert one.because == ["Carl — sibling → Ann (0.75)", "Ann — sibling → Bob (0.25)"]


def test_what_is_reported_or_unexplained_or_of_nobody_asked_about_is_not_suggested() -> None:
    stranger = ANN.of("Stranger", "person")
    nobody = reason(stranger)
    assert opened(suggestion(BOB), suggestion(stranger), suggestion(CARL, 0.9, nobody)) == []


def test_the_likeliest_are_kept() -> None:
    around = of_ann(link(ANN.of("Eve", "person")))
    of_eve = reason(ANN.of("Eve", "person"))
    found = opened(suggestion(CARL, 0.6, of_eve), suggestion(BOB, 0.8, of_eve), around=around, most=1)
    assert [one.told.object for one in found] == [BOB]


@pytest.mark.parametrize(
    ("old", "new", "reported", "expected"),
    [
        ((), 1, False, "create"),
        ((False, None), 1, False, ""),
        ((False, None), 0, False, "close"),
        ((True, None), 0, False, ""),
        ((True, None), 1, False, "set"),
        ((False, None), 0, True, "confirm"),
        ((False, 7), 0, True, ""),
        ((False, 3), 0, True, "confirm"),
        ((True, None), 0, True, ""),
        ((False, 7), 1, False, "set"),
        ((False, 7), 0, False, "close"),
    ],
)
def test_standings(old: Sequence[object], new: int, expected: str, *, reported: bool) -> None:
    (one,) = opened(suggestion())
    before = [kept(one, closed=bool(old[0]), confirmed=old[1])] if old else []  # type: ignore[arg-type]
    around = of_ann(link(BOB), link(CARL, "f-9")) if reported else of_ann(link(BOB))
    found = moves(around, before, [one] * new)
    assert [name for name in ("create", "set", "close", "confirm") if getattr(found, name)] == [expected] * bool(
        expected
    )
    assert found.any == bool(expected)
    if expected == "confirm":
        assert found.confirm == [(one.told.id, 7)]


def test_another_probability_is_written_and_the_same_is_not() -> None:
    (one,), (other,) = opened(suggestion(CARL, 0.7)), opened(suggestion(CARL, 0.71))
    assert one.told.id == other.told.id
    assert moves(of_ann(link(BOB)), [kept(one)], [other]).set == [other]
    assert not moves(of_ann(link(BOB)), [kept(one)], [one]).any
