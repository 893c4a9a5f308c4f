"""The link model without Triton: the served code and weights behind a server of the same protocol."""

import json

import grpc
import numpy as np
import pytest
from tritonclient.grpc import service_pb2_grpc

from inference.link_prediction.client import LINK_MODEL
from inference.link_prediction.question import Node
from inference.triton.served_code import served_code
from tests.inference.serving import add_text, answer_of, feeds_of
from topology.settings import REPOSITORY

FOLDER = REPOSITORY / "triton_models" / LINK_MODEL / "1"
SERVED = served_code(FOLDER, "link_scores")
TOLD = json.loads((FOLDER / "labels.json").read_text())


class LinkServer(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers with the served code and weights."""

    def __init__(self):
        pytest.importorskip("onnxruntime")
        self.model = SERVED.LinkScores(TOLD, SERVED.session(FOLDER, 1))
        self.told, self.change = TOLD, lambda outputs: outputs
        self.asked = []

    async def ModelInfer(self, request, context):  # noqa: N802
        feeds = feeds_of(request)
        self.asked.append(feeds)
        try:
            found = self.change(dict(zip(SERVED.OUTPUTS, self.model.of(feeds), strict=True)))
        except SERVED.InvalidRequestError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
        response = answer_of(request, found)
        add_text(response, "labels", json.dumps(self.told).encode())
        return response


def node(id_, type_, roles=None, **numbers):
    """Returns an entity with a vector of its own, the same each time."""
    vector = np.random.default_rng(sum(map(ord, id_))).normal(size=384)
    return Node(id_, type_, (vector / np.linalg.norm(vector)).astype(np.float32), roles or {}, **numbers)
