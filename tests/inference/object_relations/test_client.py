"""The relation model as Triton serves it, asked through its client: a network that can be worked out by hand."""

import json

import grpc
import numpy as np
import pytest
from tritonclient.grpc import service_pb2_grpc

from inference.knowledge.base import KnownFact
from inference.object_relations.client import AT_ONCE, RELATION_MODEL, RelationClient
from inference.object_relations.labels import read_weights
from inference.object_relations.question import Question, examples, numbered
from inference.text.language.words import WordTokenizer
from inference.text.types import Span
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from inference.triton.served_code import served_code
from tests.inference.serving import add_text, answer_of, feeds_of, served
from topology.settings import REPOSITORY

MODELS = REPOSITORY / "triton_models"
TINY = REPOSITORY / "tests" / "inference" / "data" / "relations"
"""`member_of` where any fact is known, else `steers` where the object fills a fifth of the picture, else `none`."""

SERVED = served_code(MODELS / RELATION_MODEL / "1", "relations")
TOKENIZER = WordTokenizer(MODELS / "text_extraction" / "1" / "tokenizer.json")


class Server(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers with the served code, without Triton; `told` is what it says of its weights, None for none."""

    def __init__(self):
        self.told = SERVED.describe(TINY)
        self.model = SERVED.Relations(self.told, SERVED.session(TINY, 1))
        self.pairs, self.change = [], lambda scores: scores

    async def ModelInfer(self, request, context):  # noqa: N802
        feeds = feeds_of(request)
        found = {}
        if "scores" in {output.name for output in request.outputs}:
            self.pairs.append(len(feeds["target"]))
            try:
                found["scores"] = self.change(self.model.scores(feeds))
            except SERVED.InvalidRequestError as error:
                await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        response = answer_of(request, found)
        add_text(response, "labels", json.dumps(self.told).encode())
        return response


@pytest.fixture
async def server():
    async with served(Server(), lambda url: RelationClient(url, TOKENIZER, requests=2, timeout=20)) as server:
        yield server


SMALL_BOX, LARGE_BOX = (0.2, 0.5, 0.2, 0.5), (0.6, 0.5, 0.6, 0.9)


def question(pairs, facts=None, objects=2):
    boxes = [SMALL_BOX, LARGE_BOX] * objects
    return Question(
        text="Ada Berg steers the boat of Carl Lind.",
        names=[Span(0, 8), Span(28, 37)],
        labels=["boat", "person"] * objects,
        boxes=boxes,
        pairs=pairs,
        picture=np.zeros((40, 60, 3), np.uint8),
        facts=facts,
    )


async def test_each_pair_has_the_answer_of_its_object_and_its_facts(server):
    weights = await server.client.weights()
    assert (weights.relations, weights.version) == (("none", "steers", "member_of"), "tiny-1")
    facts = {(1, 1): (KnownFact("Carl Lind", "member of", "Harbour Club"),), (0, 0): (), (0, 1): (), (1, 0): ()}
    answers = await server.client.relate(question([(0, 0), (0, 1), (1, 0), (1, 1)], facts), weights)
    assert [answer.relation for answer in answers] == ["", "steers", "", "member_of"]
    assert all(0.9 < answer.score <= 1 for answer in answers)


async def test_many_pairs_are_split_and_answered_alike_every_time(server):
    weights = await server.client.weights()
    pairs = [(n, o) for n in range(2) for o in range(18)]
    asked = question(pairs, objects=9)
    once, again = [await server.client.relate(asked, weights) for _ in range(2)]
    assert once == again
    assert sorted(server.pairs) == sorted([AT_ONCE, AT_ONCE, 36 - 2 * AT_ONCE] * 2)
    assert [a.relation for a in once] == ["", "steers"] * 18


async def test_a_server_without_weights_says_so(server):
    server.told = None
    assert await server.client.weights() is None
    assert server.pairs == []


async def test_other_weights_than_asked_for_are_passing_trouble(server):
    weights = await server.client.weights()
    server.told = {**server.told, "version": "tiny-2"}
    with pytest.raises(InferenceUnavailable, match="no longer has the weights"):
        await server.client.relate(question([(0, 0)]), weights)


async def test_an_answer_that_does_not_add_up_is_refused(server):
    weights = await server.client.weights()
    server.change = lambda scores: scores[:, :2]
    with pytest.raises(InferenceRejected, match="broke its contract"):
        await server.client.relate(question([(0, 0)]), weights)


@pytest.mark.parametrize("told", [b"[]", b'{"relations": ["none"]}', b'{"relations": [], "shape": {"wide": 1}}'])
def test_labels_that_are_none_are_refused(told):
    with pytest.raises(ValueError, match=r"labels|indices"):
        read_weights(told)


def test_a_request_of_wrong_shapes_is_refused_with_its_reason():
    model = SERVED.Relations(SERVED.describe(TINY), None)
    feeds = {name: np.zeros([1 if isinstance(d, str) else d for d in shape]) for name, shape in SERVED.INPUTS.items()}
    with pytest.raises(SERVED.InvalidRequestError, match="picture"):
        model.scores(feeds)
    with pytest.raises(SERVED.InvalidRequestError, match="dimensions"):
        model.scores({**feeds, "ids": np.zeros(1)})


def test_names_are_words_and_objects_are_numbered_within_their_kind():
    (pair,) = examples(question([(1, 2)]), TOKENIZER)
    assert pair.words[-4:] == ("of", "Carl", "Lind", ".")
    assert pair.name(pair.mention) == "Carl Lind"
    assert pair.target == "boat_2"
    assert list(pair.objects) == numbered(["boat", "person", "boat", "person"])
    assert numbered(["traffic light"]) == ["traffic_light_1"]
