"""Models served to their clients over gRPC, without Triton."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import grpc
import numpy as np
from tritonclient.grpc import service_pb2, service_pb2_grpc

TYPES = {"INT64": np.int64, "BOOL": np.bool_, "FP32": np.float32}


def feeds_of(request: Any) -> dict[str, Any]:
    """Returns the arrays of a request, by name."""
    return {
        spec.name: np.frombuffer(raw, TYPES[spec.datatype]).reshape(tuple(spec.shape))
        for spec, raw in zip(request.inputs, request.raw_input_contents, strict=True)
    }


def answer_of(request: Any, arrays: Mapping[str, Any]) -> Any:
    """Returns a response with arrays float32, by name."""
    response = service_pb2.ModelInferResponse(model_name=request.model_name)
    for name, array in arrays.items():
        response.outputs.add(name=name, datatype="FP32", shape=array.shape)
        response.raw_output_contents.append(array.tobytes())
    return response


def add_text(response: Any, name: str, text: bytes) -> None:
    """Adds an output of one text to a response."""
    response.outputs.add(name=name, datatype="BYTES", shape=[1])
    response.raw_output_contents.append(len(text).to_bytes(4, "little") + text)


@asynccontextmanager
async def served(servicer: Any, connect: Callable[[str], Any]) -> AsyncIterator[Any]:
    """Runs a servicer and gives it a `client`, which `connect` makes for its address."""
    running = grpc.aio.server(options=[("grpc.max_receive_message_length", -1)])
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(servicer, running)
    port = running.add_insecure_port("127.0.0.1:0")
    servicer.client = connect(f"127.0.0.1:{port}")
    await running.start()
    yield servicer
    await servicer.client.close()
    await running.stop(0)
