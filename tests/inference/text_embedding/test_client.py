"""The sentence encoder as Triton serves it, asked through its client, without Triton."""

import json

import grpc
import numpy as np
import pytest
from tritonclient.grpc import service_pb2_grpc

from inference.text_embedding.client import AT_ONCE, EMBEDDING_MODEL, EmbeddingClient
from inference.text_embedding.pieces import MOST_PIECES
from inference.text_embedding.text import entity_text
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from inference.triton.served_code import served_code
from tests.inference.serving import answer_of, served
from topology.settings import REPOSITORY

MODELS = REPOSITORY / "triton_models"
FOLDER = MODELS / EMBEDDING_MODEL / "1"
SERVED = served_code(FOLDER, "embedder")
TOLD = json.loads((FOLDER / "labels.json").read_text())


class Server(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers with the served code."""

    def __init__(self):
        pytest.importorskip("onnxruntime")
        self.embedder = SERVED.Embedder(TOLD, SERVED.session(FOLDER, 1))
        self.texts, self.change = [], lambda vectors: vectors

    async def ModelInfer(self, request, context):  # noqa: N802
        ids, lengths = (np.frombuffer(raw, np.int64) for raw in request.raw_input_contents)
        self.texts.append(len(lengths))
        try:
            vectors = self.change(self.embedder.vectors(ids, lengths))
        except SERVED.InvalidRequestError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        return answer_of(request, {"vectors": vectors})


@pytest.fixture
async def server():
    async with served(Server(), lambda url: EmbeddingClient(url, MODELS, timeout=20)) as server:
        yield server


async def test_vectors_have_length_one_and_like_names_are_near(server):
    names = [("Emmanuel Macron", "person"), ("Macron", "person"), ("Rotterdam", "location")]
    vectors = await server.client.vectors([entity_text(*name) for name in names])
    assert vectors.shape == (3, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-5)
    near, far = vectors[0] @ vectors[1], vectors[0] @ vectors[2]
    assert near > 0.6
    assert far < 0.4


async def test_a_texts_vector_is_its_own_whatever_stands_beside_it(server):
    alone = await server.client.vectors(["Rotterdam (location)"])
    beside = await server.client.vectors(["a much longer text " * 9, "Rotterdam (location)", "x"])
    assert beside[1].tobytes() == alone[0].tobytes()


async def test_many_texts_travel_in_parts_and_come_back_in_order(server):
    texts = [f"name {n}" for n in range(AT_ONCE + 3)]
    vectors = await server.client.vectors(texts)
    assert sorted(server.texts) == [3, AT_ONCE]
    last = await server.client.vectors(texts[-1:])
    assert vectors[-1].tobytes() == last[0].tobytes()
    assert (await server.client.vectors([])).shape == (0, 384)


async def test_any_string_has_a_vector(server):
    odd = ["", " ", "\ud800", "[SEP] [CLS]", "早苗", "x" * 100_000, "word " * 1000]
    vectors = await server.client.vectors(odd)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1] * len(odd), abs=1e-5)


async def test_what_breaks_the_contract_is_refused(server):
    server.change = lambda vectors: vectors[:, :3]
    with pytest.raises(InferenceRejected, match="contract"):
        await server.client.vectors(["a"])
    server.change = lambda vectors: vectors[:, :0]
    with pytest.raises(InferenceUnavailable, match="unreadable"):
        await server.client.vectors(["a"])


@pytest.mark.parametrize(
    ("ids", "lengths", "reason"),
    [
        ([101, 102], [3], "add up"),
        ([101, 102], [2, 0], "must have 1 to"),
        ([101] * (MOST_PIECES + 1), [MOST_PIECES + 1], "must have 1 to"),
        ([101, TOLD["vocabulary"]], [2], "piece"),
        ([101, -1], [2], "piece"),
    ],
)
def test_the_model_says_what_is_wrong_with_a_request(ids, lengths, reason):
    embedder = SERVED.Embedder(TOLD, network=None)
    with pytest.raises(SERVED.InvalidRequestError, match=reason):
        embedder.vectors(np.array(ids), np.array(lengths))


def test_a_repository_without_the_model_is_told_plainly(tmp_path):
    with pytest.raises(FileNotFoundError, match="no tokenizer at"):
        EmbeddingClient("127.0.0.1:9", tmp_path)
