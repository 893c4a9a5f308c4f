"""Triton's python backend: pairs of names and objects in, the probability of each relation out. See `relations.py`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

sys.path.insert(0, str(Path(__file__).parent))

from relations import INPUTS, InvalidRequestError, Relations, describe, session


class TritonPythonModel:
    """Loaded once by each instance."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads what the version folder holds, if it holds weights.

        Parameters of the model's configuration: `intra_op_threads`, and `network`, the name of another model of this
        server that runs the network in place of the ONNX file.
        """
        given = json.loads(args["model_config"]).get("parameters", {})
        parameters = {name: value["string_value"] for name, value in given.items()}
        folder = Path(__file__).parent
        told = describe(folder)
        self._relations: Relations | None = None
        if told:
            served = parameters.get("network")
            threads = int(parameters.get("intra_op_threads", "1"))
            self._relations = Relations(told, Served(served) if served else session(folder, threads))
        self._labels = np.array([json.dumps(told).encode()], np.object_)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answers each request; a malformed one gets an error that says what is wrong."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> Any:
        wanted = set(request.requested_output_names())
        scores = np.zeros((0, 0), np.float32)
        if self._relations and "scores" in wanted:
            feeds = {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in INPUTS}
            try:
                scores = self._relations.scores(feeds)
            except InvalidRequestError as error:
                invalid = pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG)
                return pb_utils.InferenceResponse(error=invalid)
        answer = {"scores": scores, "labels": self._labels}
        return pb_utils.InferenceResponse([pb_utils.Tensor(n, a) for n, a in answer.items() if n in wanted])


class Served:
    """The network as another model of the same server: the GPU profile, where it is a TensorRT plan.

    Business logic scripting:
    https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/python_backend/README.html
    """

    def __init__(self, model: str) -> None:
        """Asks nothing of the model yet: it may still be loading."""
        self._model = model

    def run(self, outputs: list[str], feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Does what an onnxruntime session does.

        Raises:
            TritonModelException: The model is not there, or refused.
        """
        tensors = [pb_utils.Tensor(name, array) for name, array in feeds.items()]
        # Without this a plan's output would stay on the GPU, out of numpy's reach.
        here = pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0)
        asked = pb_utils.InferenceRequest(
            model_name=self._model, requested_output_names=outputs, inputs=tensors, preferred_memory=here
        )
        answer = asked.exec()
        if answer.has_error():
            raise pb_utils.TritonModelException(f"{self._model}: {answer.error().message()}")
        return [pb_utils.get_output_tensor_by_name(answer, name).as_numpy() for name in outputs]
