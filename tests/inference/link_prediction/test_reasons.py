"""Which neighbours speak for which suggestion, by the model as Triton serves it."""

from dataclasses import replace

import numpy as np
import pytest

from inference.link_prediction.inputs import Words, arrays
from inference.link_prediction.leaving_out import falls
from inference.link_prediction.question import MOST_NEIGHBOURS, Asked, Candidate, Neighbour
from tests.inference.link_prediction.link_server import TOLD, node

WORDS = Words(tuple(TOLD["relations"]), tuple(TOLD["types"]))
RELATIONS = ("P551", "P27", "P19", "P102", "P108", "P463")


NEAR = tuple(
    Neighbour(node(f"n{n}", "location"), relation, outgoing=True, days=float(n)) for n, relation in enumerate(RELATIONS)
)
ROLES = {("P27", False): 9, ("P17", False): 20}
CANDIDATES = tuple(Candidate(node(f"c{n}", "location", ROLES), 0.3, 3, 2.0) for n in range(4))
ASKED = Asked(node("ada", "person", {("P102", True): 1}, articles=5), NEAR, CANDIDATES)


async def given(server, asked=ASKED):
    """Suggestions, each with what each neighbour weighs, by the neighbour's id."""
    found = await server.client.links(asked)
    reasons = await server.client.reasons(asked, found)
    return {s: {r.neighbour.node.id: r.weight for r in why} for s, why in zip(found, reasons, strict=True)}


def likelihood(server, asked, suggestion):
    """What the served model says of a suggestion if this is all that it is asked."""
    outgoing = suggestion.subject == asked.entity.id
    other = suggestion.object if outgoing else suggestion.subject
    (alone,) = (c for c in asked.candidates if c.node.id == other)
    _, probabilities, _ = server.model.of(arrays(replace(asked, candidates=(alone,)), WORDS))
    return float(probabilities[0, 0, WORDS.role((suggestion.relation, outgoing))])


async def test_different_neighbours_speak_for_different_suggestions(server):
    found = await given(server)
    first = [next(iter(why)) for why in found.values() if why]
    assert {"n0", "n1", "n4"} <= set(first), "the weightiest"
    of_relation = [tuple(why) for s, why in found.items() if s.relation == "P6"]
    assert len(set(of_relation)) == len(of_relation) == len(CANDIDATES), "also of one relation"


async def test_a_weight_is_what_the_log_odds_lose_without_the_neighbour(server):
    found = await given(server)
    spoken_against = 0
    for suggestion, why in found.items():
        whole = likelihood(server, ASKED, suggestion)
        for place, neighbour in enumerate(NEAR):
            others = replace(ASKED, neighbours=NEAR[:place] + NEAR[place + 1 :])
            without = likelihood(server, others, suggestion)
            fall = np.log(whole / (1 - whole)) - np.log(without / (1 - without))
            # Beside the rounding to 4 digits: the served probabilities are exact to some 1e-7, however small they are.
            within = 6e-5 + 2e-7 / min(whole, without)
            assert why.get(neighbour.node.id, 0.0) == pytest.approx(max(fall, 0.0), abs=within)
            spoken_against += fall < -1e-3
        assert list(why.values()) == sorted(why.values(), reverse=True)
    assert spoken_against > 100


async def test_what_speaks_against_is_no_reason(server):
    found = await given(server)
    assert all(weight > 0 for why in found.values() for weight in why.values())
    assert any(not 0 < len(why) == len(NEAR) for why in found.values())


async def test_hidden_neighbours_count_for_what_they_counted_for(server):
    near = (*NEAR, Neighbour(CANDIDATES[0].node, "P551", outgoing=True, days=0.5))
    asked = replace(ASKED, neighbours=near)
    found = [s for s in await server.client.links(asked) if "c0" in {s.subject, s.object}]
    assert any(await server.client.reasons(asked, found))
    feeds = server.asked[-1]
    assert feeds["known"].any()
    assert feeds["seen"].tolist() == [
        [place < len(near) and place != row - 1 for place in range(MOST_NEIGHBOURS)] for row in range(len(near) + 1)
    ]
    assert all((array == array[:1]).all() for name, array in feeds.items() if name != "seen")
    assert feeds["candidates"].shape[1] == 1, "only those that are suggested"


async def test_a_question_is_answered_alike_beside_others(server):
    await given(server)
    feeds = server.asked[-1]
    together = server.model.of(feeds)[1]
    for row in range(len(feeds["type"])):
        alone = server.model.of({name: array[row : row + 1] for name, array in feeds.items()})[1]
        assert together[row] == pytest.approx(alone[0], abs=1e-6)


async def test_the_newest_are_heard_and_no_relation_that_the_model_does_not_know(server):
    near = [Neighbour(node(f"m{n}", "location"), "P551", outgoing=True, days=n) for n in range(MOST_NEIGHBOURS + 5)]
    unknown = Neighbour(node("x", "location"), "no such relation", outgoing=True)
    found = await given(server, replace(ASKED, neighbours=(*near, unknown)))
    heard = {id_ for why in found.values() for id_ in why}
    assert heard == {f"m{n}" for n in range(MOST_NEIGHBOURS)}
    assert len(server.asked[-1]["type"]) == 1 + MOST_NEIGHBOURS


async def test_the_same_question_has_the_same_reasons_and_bytes(server):
    async def asked_anew(asked):
        before = len(server.asked)
        found = await given(server, asked)
        sent = [{name: array.tobytes() for name, array in feeds.items()} for feeds in server.asked[before:]]
        return found, sent

    await server.client.version()
    turned = replace(ASKED, neighbours=NEAR[::-1], candidates=CANDIDATES[::-1])
    assert await asked_anew(ASKED) == await asked_anew(ASKED) == await asked_anew(turned)


def test_certainty_has_no_odds_but_a_weight():
    assert falls(np.array([1.0, 0.0, 0.5])) == pytest.approx([32.236, 16.118], abs=1e-3)
    assert falls(np.array([0.0, 0.0])).tolist() == [0.0]
