"""Through a server pictures look as they do in this process; what a server does wrong is told apart."""

import json

import grpc
import numpy as np
import pytest
from tritonclient.grpc import service_pb2, service_pb2_grpc

from inference.object_detection.client import AT_ONCE, DetectionClient
from inference.object_detection.local import LocalDetector
from inference.triton.connection import InferenceRejected, InferenceUnavailable
from topology.settings import REPOSITORY

FOLDER = REPOSITORY / "triton_models" / "object_detection" / "1"
TINY = REPOSITORY / "tests" / "inference" / "data" / "vision"


class Server(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers with the served code, without Triton; `change` may spoil an answer, `fail` is a status to end with."""

    def __init__(self, local):
        self.local, self.sizes, self.change, self.fail = local, [], None, None

    async def ModelInfer(self, request, context):  # noqa: N802
        if self.fail:
            await context.abort(*self.fail)
        tensors = {}
        for spec, raw in zip(request.inputs, request.raw_input_contents, strict=True):
            kind = {"UINT8": np.uint8, "INT32": np.int32}[spec.datatype]
            tensors[spec.name] = np.frombuffer(raw, kind).reshape(tuple(spec.shape))
        pixels, sizes = tensors["pixels"], tensors["sizes"]
        self.sizes.append([tuple(size) for size in sizes.tolist()])
        pictures = [pixels[i, :h, :w] for i, (h, w) in enumerate(sizes.tolist())]
        found = self.local._detector.detect(pictures)
        maps = [self.local._depth.estimate(p) for p in pictures] if self.local._depth else []
        labels = self.local.labels
        told = {"model": labels.model, "version": labels.version, "labels": labels.labels, "depth": None}
        if labels.inverse is not None:
            told["depth"] = {"model": "d", "version": "1", "inverse": labels.inverse}
        outputs = {
            "boxes": np.concatenate([f.boxes for f in found]).astype(np.float32),
            "classes": np.concatenate([f.classes for f in found]).astype(np.int32),
            "scores": np.concatenate([f.scores for f in found]).astype(np.float32),
            "counts": np.array([len(f.scores) for f in found], np.int32),
            "depth": np.concatenate([np.zeros(0), *(m.ravel() for m in maps)]).astype(np.float32),
            "depth_sizes": np.array([m.shape for m in maps], np.int32).reshape(-1, 2),
        }
        if self.change:
            self.change(outputs, told)
        response = service_pb2.ModelInferResponse(model_name=request.model_name)
        for name, array in outputs.items():
            kind = "INT32" if array.dtype == np.int32 else "FP32"
            response.outputs.add(name=name, datatype=kind, shape=array.shape)
            response.raw_output_contents.append(array.tobytes())
        text = json.dumps(told).encode()
        response.outputs.add(name="labels", datatype="BYTES", shape=[1])
        response.raw_output_contents.append(len(text).to_bytes(4, "little") + text)
        return response


@pytest.fixture(scope="module")
def local():
    return LocalDetector(FOLDER, weights=TINY)


@pytest.fixture
async def server(local):
    running = grpc.aio.server(options=[("grpc.max_receive_message_length", -1)])
    servicer = Server(local)
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(servicer, running)
    servicer.client = DetectionClient(f"127.0.0.1:{running.add_insecure_port('127.0.0.1:0')}", requests=2, timeout=20)
    await running.start()
    yield servicer
    await servicer.client.close()
    await running.stop(0)


def patch(height, width, colour):
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 3, : width // 3, colour] = 250
    return picture


def pictures():
    shapes = [(64, 64), (90, 200), (1000, 1300), (64, 64), (200, 90)] * 2
    return [patch(h, w, (0, 2)[i % 2]) for i, (h, w) in enumerate(shapes)]


async def test_views_are_those_of_this_process_in_the_order_given(server, local):
    views = await server.client.detect(pictures())
    for view, expected in zip(views, local.look(pictures()), strict=True):
        assert view.detections
        assert view.detections == expected.detections
        np.testing.assert_array_equal(view.depth, expected.depth)


async def test_pictures_of_a_shape_travel_together_and_never_too_many(server):
    await server.client.detect(pictures())
    assert sorted(len(sizes) for sizes in server.sizes) == [2, AT_ONCE]
    assert max(max(size) for sizes in server.sizes for size in sizes) == 960


async def test_nothing_is_asked_about_no_pictures(server):
    assert await server.client.detect([]) == []
    assert server.sizes == []


@pytest.mark.parametrize(
    "status, error",
    [
        ((grpc.StatusCode.UNAVAILABLE, "gone"), InferenceUnavailable),
        ((grpc.StatusCode.INTERNAL, "Stub process 'object_detection_0_0' is not healthy."), InferenceUnavailable),
        ((grpc.StatusCode.INVALID_ARGUMENT, "bad"), InferenceRejected),
    ],
)
async def test_passing_and_lasting_trouble_are_told_apart(server, status, error):
    server.fail = status
    with pytest.raises(error):
        await server.client.detect(pictures()[:1])


@pytest.mark.parametrize("name", ["counts", "classes", "depth_sizes"])
async def test_an_answer_that_does_not_add_up_is_refused(server, name):
    def spoil(outputs, _told):
        outputs[name] = outputs[name] + 7 if name == "classes" else outputs[name][:-1]

    server.change = spoil
    with pytest.raises(InferenceRejected, match="broke its contract"):
        await server.client.detect(pictures()[:2])


async def test_a_server_with_a_broken_environment_is_no_fault_of_the_pictures(server):
    server.change = lambda _outputs, told: told.clear()
    with pytest.raises(InferenceUnavailable, match="numpy"):
        await server.client.detect(pictures()[:1])
