"""The link model as Triton serves it, asked through its client, without Triton."""

from dataclasses import replace

import numpy as np
import pytest

from inference.link_prediction.question import Asked, Candidate, Neighbour
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from tests.inference.link_prediction.link_server import SERVED, TOLD, node
from topology.graph.vectors import CONTEXT_WIDTH
from topology.ontology import load_ontology
from topology.settings import settings

LAND = node("land", "location", {("P17", False): 40}, articles=90)
PARTY = node("party", "organization", {("P17", True): 1}, articles=9)
ADA = node("ada", "person", {("P102", True): 1}, articles=5)
MEMBER = Neighbour(PARTY, "P102", outgoing=True)
ASKED = Asked(ADA, (MEMBER,), (Candidate(LAND, 0.3, 3, 2.0), Candidate(PARTY, 0.0, 4, 1.0)))


def ontology():
    return load_ontology(settings().ontology)


async def test_suggestions_are_what_the_ontology_allows_and_the_graph_does_not_say(server):
    types = {"ada": "person", "land": "location", "party": "organization"}
    found = await server.client.links(ASKED)
    facts = {(s.subject, s.relation, s.object) for s in found}
    assert ("ada", "P27", "land") in facts
    assert ("ada", "P102", "party") not in facts, "known"
    assert ("party", "P488", "ada") in facts, "read the other way round"
    assert all(ontology().allows(types[one], relation, types[other]) for one, relation, other in facts)
    assert len(facts) == len(found)
    probabilities = [s.probability for s in found]
    assert probabilities == sorted(probabilities, reverse=True)
    assert 0 < probabilities[-1] <= probabilities[0] <= 1
    sure = await server.client.links(ASKED, least=probabilities[3])
    assert sure == [s for s in found if s.probability >= probabilities[3]]


async def test_a_person_often_named_with_a_country_is_likelier_its_citizen(server):
    async def citizen(candidate):
        found = await server.client.links(replace(ASKED, candidates=(candidate,)))
        return {s.relation: s.probability for s in found}.get("P27", 0.0)

    assert await citizen(Candidate(LAND, 0.3, 9, 1.0)) > 2 * await citizen(Candidate(LAND))


async def test_nobody_to_ask_about_and_nobody_to_hear_are_no_trouble(server):
    lonely = replace(ASKED, neighbours=())
    found = await server.client.links(lonely)
    assert found
    assert await server.client.reasons(lonely, found) == [()] * len(found)
    assert await server.client.links(replace(ASKED, candidates=())) == []
    assert await server.client.reasons(ASKED, []) == []


async def test_the_order_in_which_neighbours_and_candidates_are_told_changes_nothing(server):
    near = (MEMBER, Neighbour(LAND, "P551", outgoing=True, days=3.0))
    one = replace(ASKED, neighbours=near)
    other = replace(ASKED, neighbours=near[::-1], candidates=ASKED.candidates[::-1])
    found = await server.client.links(one)
    assert found == await server.client.links(other)
    assert await server.client.reasons(one, found) == await server.client.reasons(other, found)
    assert (await server.client.context(one)).tobytes() == (await server.client.context(other)).tobytes()


async def test_the_context_is_a_matter_of_names_and_neighbours(server):
    context = await server.client.context(ASKED)
    assert context.shape == (CONTEXT_WIDTH,)
    assert np.linalg.norm(context) == pytest.approx(1, abs=1e-4)
    older = replace(ASKED, entity=replace(ADA, articles=99, days=400.0), candidates=())
    assert (await server.client.context(older)).tobytes() == context.tobytes()
    lonely = await server.client.context(replace(ASKED, neighbours=()))
    assert lonely @ context < 0.999


async def test_other_weights_from_one_moment_to_the_next_are_passing_trouble(server):
    assert await server.client.version() == TOLD["version"]
    server.told = TOLD | {"version": "new"}
    with pytest.raises(InferenceUnavailable, match="no longer has the weights"):
        await server.client.links(ASKED)
    assert await server.client.version() == "new"
    assert await server.client.links(ASKED)


async def test_what_breaks_the_contract_is_refused(server):
    await server.client.version()
    server.change = lambda outputs: outputs | {"probabilities": outputs["probabilities"][:, :1]}
    with pytest.raises(InferenceRejected, match="contract"):
        await server.client.links(ASKED)


@pytest.mark.parametrize(("name", "change"), [("near", (1, 3, 384)), ("roles", (1, 3)), ("known", (2, 2, 2))])
async def test_the_model_says_what_is_wrong_with_a_request(server, name, change):
    from inference.link_prediction.inputs import Words, arrays  # noqa: PLC0415

    feeds = arrays(ASKED, Words(tuple(TOLD["relations"]), tuple(TOLD["types"])))
    with pytest.raises(SERVED.InvalidRequestError, match=name if name != "near" else "near_role"):
        server.model.of(feeds | {name: np.zeros(change, np.float32)})
    with pytest.raises(SERVED.InvalidRequestError, match="type must be from"):
        server.model.of(feeds | {"type": np.array([99])})
