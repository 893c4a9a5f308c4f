"""The link model as Triton serves it, asked through its client, without Triton."""

import json
from dataclasses import replace

import grpc
import numpy as np
import pytest
from tritonclient.grpc import service_pb2_grpc

from inference.connection import InferenceRejected, InferenceUnavailable
from inference.graph.client import LINK_MODEL, LinkClient
from inference.graph.question import CONTEXT_WIDTH, MOST_NEIGHBOURS, Asked, Candidate, Neighbour, Node
from inference.served import served_code
from tests.inference.serving import add_text, answer_of, feeds_of, served
from topology.ontology import load_ontology
from topology.settings import REPOSITORY, settings

FOLDER = REPOSITORY / "triton_models" / LINK_MODEL / "1"
SERVED = served_code(FOLDER, "link_scores")
TOLD = json.loads((FOLDER / "labels.json").read_text())


class Server(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers with the served code and weights."""

    def __init__(self):
        pytest.importorskip("onnxruntime")
        self.model = SERVED.LinkScores(TOLD, SERVED.session(FOLDER, 1))
        self.told, self.change = TOLD, lambda outputs: outputs

    async def ModelInfer(self, request, context):  # noqa: N802
        feeds = feeds_of(request)
        try:
            found = self.change(dict(zip(SERVED.OUTPUTS, self.model.of(feeds), strict=True)))
        except SERVED.InvalidRequestError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        response = answer_of(request, found)
        add_text(response, "labels", json.dumps(self.told).encode())
        return response


@pytest.fixture
async def server():
    async with served(Server(), lambda url: LinkClient(url, timeout=20)) as server:
        yield server


def node(id_, type_, roles=None, **numbers):
    vector = np.random.default_rng(sum(map(ord, id_))).normal(size=384)
    return Node(id_, type_, (vector / np.linalg.norm(vector)).astype(np.float32), roles or {}, **numbers)


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


async def test_reasons_are_the_neighbours_and_weigh_one_in_all(server):
    near = [Neighbour(node(f"n{n}", "location"), "P551", outgoing=True, days=n) for n in range(MOST_NEIGHBOURS + 5)]
    unknown = Neighbour(node("x", "location"), "no such relation", outgoing=True)
    found = await server.client.links(replace(ASKED, neighbours=(*near, unknown)))
    reasons = found[0].reasons
    assert len(reasons) == MOST_NEIGHBOURS
    assert {r.neighbour.node.id for r in reasons} == {f"n{n}" for n in range(MOST_NEIGHBOURS)}, "the newest"
    assert sum(r.weight for r in reasons) == pytest.approx(1, abs=0.01)
    assert [r.weight for r in reasons] == sorted((r.weight for r in reasons), reverse=True)


async def test_an_entity_without_neighbours_gets_suggestions_without_reasons(server):
    found = await server.client.links(replace(ASKED, neighbours=()))
    assert found
    assert found[0].reasons == ()
    assert await server.client.links(replace(ASKED, candidates=())) == []


async def test_the_order_in_which_neighbours_and_candidates_are_told_changes_nothing(server):
    near = (MEMBER, Neighbour(LAND, "P551", outgoing=True, days=3.0))
    one = replace(ASKED, neighbours=near)
    other = replace(ASKED, neighbours=near[::-1], candidates=ASKED.candidates[::-1])
    assert await server.client.links(one) == await server.client.links(other)
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
    with pytest.raises(InferenceUnavailable, match="other weights"):
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
    from inference.graph.inputs import Words, arrays  # noqa: PLC0415

    feeds = arrays(ASKED, Words(tuple(TOLD["relations"]), tuple(TOLD["types"])))
    with pytest.raises(SERVED.InvalidRequestError, match=name if name != "near" else "near_role"):
        server.model.of(feeds | {name: np.zeros(change, np.float32)})
    with pytest.raises(SERVED.InvalidRequestError, match="type is between"):
        server.model.of(feeds | {"type": np.array([99])})
