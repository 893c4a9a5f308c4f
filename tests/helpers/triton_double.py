"""A second implementation of the model's contract, served over real gRPC: rules instead of weights.

A mention is a run of capitalised words: two or more make a person, one a location. Each mention is related to the next
one of its window (`P551`, residence), the more surely the nearer they stand.
"""

import asyncio
import json

import grpc
import numpy as np
from tritonclient.grpc import service_pb2, service_pb2_grpc

from inference.text.language.words import Case

LABELS = {"entity_types": ["person", "location"], "relations": ["P551", "P27"], "version": "double-1"}
CAPITAL = (Case.CAPITALISED, Case.UPPER, Case.INITIAL)
TYPES = {"INT32": np.int32, "BOOL": np.bool_}


def read(tensors):
    """Returns the outputs the contract asks for."""
    mentions, scores, relations, relation_scores = [], [], [], []
    begin = 0
    for window, length in enumerate(tensors["lengths"].tolist()):
        part = slice(begin, begin + length)
        cases = tensors["case_ids"][part][tensors["first_piece"][part]].tolist()
        begin += length
        row = len(mentions)
        word = 0
        while word < len(cases):
            end = word
            while end < len(cases) and cases[end] in CAPITAL:
                end += 1
            if end > word:
                mentions.append((window, word, end, 0 if end - word > 1 else 1))
                scores.append(0.9)
            word = end + 1
        for left in range(row, len(mentions) - 1):
            relations.append((window, left, left + 1, 0))
            relation_scores.append(1 / (1 + mentions[left + 1][1] - mentions[left][2]))
    return {
        "mentions": np.array(mentions, np.int32).reshape(-1, 4),
        "mention_scores": np.array(scores, np.float32),
        "relations": np.array(relations, np.int32).reshape(-1, 4),
        "relation_scores": np.array(relation_scores, np.float32),
        "relation_modalities": np.zeros(len(relations), np.int32),
        "happenings": np.zeros((0, 5), np.int32),
        "happening_scores": np.zeros((0, 2), np.float32),
        "roles": np.zeros((0, 3), np.int32),
        "role_scores": np.zeros(0, np.float32),
    }


class TritonDouble(service_pb2_grpc.GRPCInferenceServiceServicer):
    """The server.

    Attributes:
        url: Its address.
        requests: Windows of each request so far.
        added: Relations that each request added.
        models: The model that each request named.
        failures: (gRPC status name, message) for the next requests, one each.
        most: Most requests seen at once.
        two: Set once two requests run at once.
        hold: Set to make requests wait until it is released.
        change: Called with each answer's outputs before they are sent.
        labels: What it says its labels are.
    """

    def __init__(self):
        self.requests = []
        self.added = []
        self.models = []
        self.failures = []
        self.running = self.most = 0
        self.two = asyncio.Event()
        self.hold = None
        self.change = None
        self.labels = json.dumps(LABELS)
        self.url = ""

    async def start(self, port=0):
        self.server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
        service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(self, self.server)
        self.url = f"127.0.0.1:{self.server.add_insecure_port(f'127.0.0.1:{port}')}"
        await self.server.start()

    async def stop(self):
        await self.server.stop(0)

    async def ModelInfer(self, request, context):  # noqa: N802
        self.running += 1
        self.most = max(self.most, self.running)
        if self.running > 1:
            self.two.set()
        try:
            if self.hold is not None:
                await self.hold.wait()
            return await self._answer(request, context)
        finally:
            self.running -= 1

    async def _answer(self, request, context):
        tensors = {
            tensor.name: np.frombuffer(content, TYPES[tensor.datatype]).reshape(list(tensor.shape))
            for tensor, content in zip(request.inputs, request.raw_input_contents, strict=True)
            if tensor.datatype in TYPES
        }
        texts = [c for t, c in zip(request.inputs, request.raw_input_contents, strict=True) if t.datatype == "BYTES"]
        self.added.append(texts[0][4:] if texts else None)  # after its length
        self.requests.append(tensors["lengths"].tolist())
        self.models.append(request.model_name)
        if self.failures:
            code, message = self.failures.pop(0)
            await context.abort(grpc.StatusCode[code], message)
        outputs = read(tensors)
        if self.change is not None:
            self.change(outputs)
        response = service_pb2.ModelInferResponse(model_name=request.model_name, model_version="1")
        for wanted in request.outputs:
            if wanted.name == "labels":
                text = self.labels.encode()
                response.outputs.add(name="labels", datatype="BYTES", shape=[1])
                response.raw_output_contents.append(len(text).to_bytes(4, "little") + text if text else b"")
            else:
                array = outputs[wanted.name]
                kind = "INT32" if array.dtype == np.int32 else "FP32"
                response.outputs.add(name=wanted.name, datatype=kind, shape=list(array.shape))
                response.raw_output_contents.append(array.tobytes())
        return response
