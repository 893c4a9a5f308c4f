"""The session model as Triton serves it, asked through its client: the shipped weights, without Triton."""

import json

import grpc
import numpy as np
import pytest
from tritonclient.grpc import service_pb2_grpc

from inference.next_entity.client import SESSION_MODEL, SessionClient
from inference.next_entity.layout import lay_out
from inference.next_entity.question import question
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from inference.triton.served_code import served_code
from inference.triton.signatures import read_signature
from tests.inference.serving import answer_of, feeds_of, served
from topology.settings import REPOSITORY

FOLDER = REPOSITORY / "triton_models" / SESSION_MODEL / "1"
SERVED = served_code(FOLDER, "scorer")
TOLD = json.loads((FOLDER / "labels.json").read_text())

EARLIER = [("Oslo", "Ada", "Ferry"), ("Oslo", "Ada"), ("Ada", "Ferry"), ("Ferry", "Bergen")]
NAMES = ("Oslo", "Ada", "Ferry", "Bergen", "Rome", "Po")
SEEN = {"Oslo": 2, "Ada": 3, "Ferry": 3, "Bergen": 1, "Rome": 4}


def vectors():
    drawn = np.random.default_rng(0).standard_normal((len(NAMES), TOLD["width"])).astype(np.float32)
    return dict(zip(NAMES, drawn / np.linalg.norm(drawn, axis=1, keepdims=True), strict=True))


class Server(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers with the served code, without Triton."""

    def __init__(self):
        self.model = SERVED.Scorer(TOLD, SERVED.session(FOLDER, 1))
        self.change = lambda scores: scores

    async def ModelInfer(self, request, context):  # noqa: N802
        feeds = feeds_of(request)
        try:
            scores = self.change(self.model.scores(feeds))
        except SERVED.InvalidRequestError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return answer_of(request, {"scores": scores})


@pytest.fixture
async def server():
    async with served(Server(), lambda url: SessionClient(url, requests=2, timeout=20)) as server:
        yield server


async def test_who_stood_beside_the_story_is_likelier_than_who_did_not(server):
    """Vectors are noise, so only counts can tell: Ferry stood beside Ada, Rome and Po beside nobody."""
    layout = lay_out(("Oslo", "Ada"), EARLIER)
    scores = dict(zip(NAMES, await server.client.scores(layout, NAMES, vectors(), SEEN), strict=True))
    assert scores["Ferry"] > max(scores["Rome"], scores["Po"]) + 1


async def test_the_same_question_has_the_same_answer_to_the_byte(server):
    layout = lay_out(("Oslo", "Ada"), EARLIER)
    once, again = [await server.client.scores(layout, NAMES, vectors(), SEEN) for _ in range(2)]
    assert once.tobytes() == again.tobytes()
    few = await server.client.scores(layout, NAMES[2:4], vectors(), SEEN)
    assert np.allclose(few, once[2:4], atol=1e-4)


async def test_no_candidates_are_no_question(server):
    server.change = None
    assert (await server.client.scores(lay_out(("Ada",), EARLIER), (), vectors(), SEEN)).shape == (0,)


async def test_answers_that_do_not_add_up_and_vectors_of_another_width_are_refused(server):
    layout = lay_out(("Ada",), EARLIER)
    server.change = lambda scores: scores[:, :-1]
    with pytest.raises(InferenceRejected, match="broke its contract"):
        await server.client.scores(layout, NAMES, vectors(), SEEN)
    narrow = {name: vector[:9] for name, vector in vectors().items()}
    with pytest.raises(InferenceRejected, match="width"):
        await server.client.scores(layout, NAMES, narrow, SEEN)


async def test_torn_tensors_are_passing_trouble(server):
    server.change = lambda scores: scores[:0]
    with pytest.raises(InferenceUnavailable, match="unreadable"):
        await server.client.scores(lay_out(("Ada",), EARLIER), NAMES, vectors(), SEEN)


def feeds(**changes):
    asked = question(lay_out(("Oslo", "Ada"), EARLIER), NAMES, vectors(), SEEN)
    return {name: getattr(asked, name) for name in SERVED.INPUTS} | changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last": np.array([9])}, "last"),
        ({"last": np.array([-1])}, "last"),
        ({"mask": np.zeros((1, 3), bool)}, "masked"),
        ({"seen": np.zeros((1, 2), np.float32)}, "candidates"),
        ({"mask": np.ones(4, bool)}, "dimensions"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_with_its_reason(changes, said):
    with pytest.raises(SERVED.InvalidRequestError, match=said):
        SERVED.Scorer(TOLD, None).scores(feeds(**changes))


def test_questions_answered_together_are_answered_as_apart():
    model = SERVED.Scorer(TOLD, SERVED.session(FOLDER, 1))
    one = feeds()
    both = {name: np.concatenate([array, array]) for name, array in one.items()}
    assert np.allclose(model.scores(both), np.repeat(model.scores(one), 2, axis=0), atol=1e-4)
    assert model.scores({name: array[:0] for name, array in one.items()}).shape == (0, len(NAMES))


def test_the_shipped_graph_takes_what_the_code_sends():
    found = read_signature(FOLDER / "model.onnx")
    assert tuple(tensor.name for tensor in found.inputs) == tuple(SERVED.INPUTS)
    assert [tensor.name for tensor in found.outputs] == ["scores"]
