"""What becomes of suggestions, in memory."""

import json
from collections.abc import Sequence

import numpy as np
import pytest

from inference.link_prediction.question import Neighbour, Node, Reason, Suggestion
from inference.link_prediction.surroundings import CommonStory, GraphEntity, Link, Prospect, Surroundings
from streams.messages.suggestion_events import SharedStory, Suggested
from streams.suggestions.lifecycle import StoredSuggestion, WantedSuggestion, changes, to_explain, with_reasons
from tests.streams.sink.sample import ONTOLOGY
from tests.streams.suggestions.world import ANN, BOB, CARL, DORA
from topology.graph.vectors import OWN_WIDTH

SIBLING = "P3373"
EVE = ANN.of("Eve", "person")


def known(entity: object) -> GraphEntity:
    return GraphEntity(entity.id, entity.name, entity.type)  # type: ignore[attr-defined]


def link(to: object, fact: str = "f-1", *, outgoing: bool = True) -> Link:
    return Link(known(to), SIBLING, outgoing, (fact,), since=7, at=9)


def reason(to: object, weight: float = 1.0) -> Reason:
    node = Node(to.id, to.type, np.zeros(OWN_WIDTH, np.float32))  # type: ignore[attr-defined]
    return Reason(Neighbour(node, SIBLING, outgoing=True), weight)


def of_ann(*links: Link) -> Surroundings:
    return Surroundings(known(ANN), links)


def suggestion(object_: object = CARL, probability: float = 0.7, relation: str = SIBLING) -> Suggestion:
    return Suggestion(ANN.id, relation, object_.id, probability)  # type: ignore[attr-defined]


COUNTED = {"shared": 1.43, "together": 4, "at": 1_790_000_000_123}
PROSPECTS = (Prospect(known(CARL), through=("f-2",)), Prospect(known(BOB)))
FROM_BOB = (reason(BOB),)


def opened(
    *explained: tuple[Suggestion, tuple[Reason, ...]],
    around: Surroundings | None = None,
    prospects: Sequence[Prospect] = PROSPECTS,
    most: int = 5,
) -> list[WantedSuggestion]:
    return with_reasons(around or of_ann(link(BOB)), prospects, explained, ONTOLOGY, version="1", most=most)


def stored(one: WantedSuggestion, *, closed: bool = False, confirmed: int | None = None) -> StoredSuggestion:
    event = one.event
    parts = event.id, event.subject.id, event.predicate.id, event.object.id
    return StoredSuggestion(*parts, closed, confirmed, one.values)


def test_a_suggestion_has_its_reasons_greatest_weight_first() -> None:
    around = of_ann(link(BOB, "f-1"), link(CARL, "f-3", outgoing=False))
    backwards = Reason(Neighbour(reason(CARL).neighbour.node, SIBLING, outgoing=False), 0.75)
    (one,) = opened((suggestion(), (reason(BOB, 0.25), backwards)), around=around)
    assert [(r.fact, r.subject, r.object, r.weight) for r in one.event.reasons] == [
        ("f-3", CARL, ANN, 0.75),
        ("f-1", ANN, BOB, 0.25),
    ]
    assert one.because == ["Carl — sibling → Ann (+0.75)", "Ann — sibling → Bob (+0.25)"]


def test_each_suggestion_has_reasons_of_its_own() -> None:
    around = of_ann(link(BOB, "f-1"), link(EVE, "f-3"))
    explained = [(suggestion(), (reason(EVE, 0.5), reason(BOB, 0.1))), (suggestion(BOB, 0.6), (reason(EVE, 0.1),))]
    one, other = opened(*explained, around=around)
    assert [[r.object for r in each.event.reasons] for each in (one, other)] == [[EVE, BOB], [EVE]]


def test_counts_are_published_and_are_reason_enough() -> None:
    (one,) = opened((suggestion(), ()), prospects=[Prospect(known(CARL), **COUNTED)])
    assert (one.event.together, one.event.shared, one.event.reasons) == (4, 1.43, ())
    assert one.event.together_at is not None
    assert one.event.together_at.isoformat() == "2026-09-21T14:13:20.123000+00:00"
    assert one.because == [
        "named together in 4 articles, last on 2026-09-21",
        "linked with the same entities (Adamic-Adar 1.43)",
    ]
    (one,) = opened((suggestion(), FROM_BOB), prospects=[Prospect(known(CARL), together=1)])
    assert one.because == ["Ann — sibling → Bob (+1)", "named together in 1 article"]


def test_a_story_in_common_is_a_reason_for_people_to_read() -> None:
    (one,) = opened((suggestion(), ()), prospects=[Prospect(known(CARL), story=CommonStory("s", "The war"))])
    assert one.event.story == SharedStory(id="s", title="The war")
    assert one.because == ["in the same story: The war"]
    (untitled,) = opened((suggestion(), ()), prospects=[Prospect(known(CARL), story=CommonStory("s", ""))])
    assert untitled.because == ["in the same story"]
    (another,) = opened((suggestion(), ()), prospects=[Prospect(known(CARL), story=CommonStory("t", "The war"))])
    assert len({one.values, untitled.values, another.values}) == 3, "or the graph would keep the first"


def test_without_a_reason_nothing_is_suggested() -> None:
    nobody, against = reason(EVE), reason(BOB, 0.00004)
    assert [opened((suggestion(), reasons)) for reasons in ((), (nobody,), (against,))] == [[], [], []]


def test_what_is_reported_or_of_nobody_asked_about_is_not_explained() -> None:
    stranger, unknown = ANN.of("Stranger", "person"), suggestion(relation="P0")
    asked = suggestion(BOB), suggestion(stranger), unknown, suggestion(CARL, 0.1)
    assert to_explain(of_ann(link(BOB)), PROSPECTS, asked, ONTOLOGY, most=5) == [suggestion(CARL, 0.1)]


def test_so_many_are_explained_that_the_likeliest_with_a_reason_are_kept() -> None:
    prospects = [Prospect(known(n), **counts) for n, counts in ((CARL, {}), (BOB, COUNTED), (EVE, COUNTED))]
    around = of_ann(link(DORA))
    asked = [suggestion(CARL, 0.8), suggestion(BOB, 0.6), suggestion(EVE, 0.5)]
    some = to_explain(around, prospects, asked, ONTOLOGY, most=1)
    assert some == asked[:2]
    for of_carl, kept_one in (((reason(DORA),), CARL), ((), BOB)):
        (one,) = opened(*zip(some, (of_carl, ()), strict=True), around=around, prospects=prospects, most=1)
        assert one.event.object == kept_one


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
def test_what_becomes_of_a_suggestion(old: Sequence[object], new: int, expected: str, *, reported: bool) -> None:
    (one,) = opened((suggestion(), FROM_BOB))
    before = [stored(one, closed=bool(old[0]), confirmed=old[1])] if old else []  # type: ignore[arg-type]
    around = of_ann(link(BOB), link(CARL, "f-9")) if reported else of_ann(link(BOB))
    found = changes(around, before, [one] * new)
    assert [name for name in ("create", "set", "close", "confirm") if getattr(found, name)] == [expected] * bool(
        expected
    )
    assert found.any == bool(expected)
    if expected == "confirm":
        assert found.confirm == [(one.event.id, 7)]


def test_another_probability_is_written_and_the_same_is_not() -> None:
    (one,), (other,) = (opened((suggestion(CARL, p), FROM_BOB)) for p in (0.7, 0.71))
    assert one.event.id == other.event.id
    assert changes(of_ann(link(BOB)), [stored(one)], [other]).set == [other]
    assert not changes(of_ann(link(BOB)), [stored(one)], [one]).any


@pytest.mark.parametrize("counts", [{"together": 5}, {"at": 1_790_000_000_124}, {"shared": 1.44}])
def test_other_counts_are_written(counts: dict[str, float]) -> None:
    one, other = (
        opened((suggestion(), FROM_BOB), prospects=[Prospect(known(CARL), **given)])[0]
        for given in (COUNTED, COUNTED | counts)
    )
    assert changes(of_ann(link(BOB)), [stored(one)], [other]).set == [other]


def test_what_was_written_before_there_were_counts_can_be_published() -> None:
    (one,) = opened((suggestion(), FROM_BOB))
    before = json.loads(one.event.model_dump_json(exclude={"together", "together_at", "shared", "story"}))
    assert Suggested.model_validate(before) == one.event


def test_what_an_editor_forbids_is_never_suggested_but_the_other_way_round_it_may_be():
    answer = [suggestion(CARL), suggestion(BOB)]
    forbidden = {(ANN.id, SIBLING, CARL.id), (BOB.id, SIBLING, ANN.id)}
    kept = to_explain(of_ann(), PROSPECTS, answer, ONTOLOGY, most=5, forbidden=forbidden)
    assert kept == [suggestion(BOB)]
