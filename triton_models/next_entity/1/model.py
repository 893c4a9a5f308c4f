"""Triton's python backend: stories in, a score for each candidate out. See `scorer.py`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

sys.path.insert(0, str(Path(__file__).parent))

from scorer import INPUTS, InvalidRequestError, Scorer, session


class TritonPythonModel:
    """Loaded once by each instance."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads what the version folder holds.

        Parameters of the model's configuration: `intra_op_threads`, and `network`, the name of another model of this
        server that runs the network in place of the ONNX file.
        """
        given = json.loads(args["model_config"]).get("parameters", {})
        parameters = {name: value["string_value"] for name, value in given.items()}
        folder = Path(__file__).parent
        told = (folder / "labels.json").read_bytes()
        served = parameters.get("network")
        threads = int(parameters.get("intra_op_threads", "1"))
        self._scorer = Scorer(json.loads(told), Served(served) if served else session(folder, threads))
        self._labels = np.array([told], np.object_)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answers each request; a malformed one gets an error that says what is wrong."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> Any:
        feeds = {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in INPUTS}
        try:
            scores = self._scorer.scores(feeds)
        except InvalidRequestError as error:
            invalid = pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=invalid)
        return pb_utils.InferenceResponse([pb_utils.Tensor("scores", scores), pb_utils.Tensor("labels", self._labels)])


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
        asked = pb_utils.InferenceRequest(
            model_name=self._model,
            requested_output_names=outputs,
            inputs=[pb_utils.Tensor(name, np.ascontiguousarray(array)) for name, array in feeds.items()],
            # Without this a plan's output would stay on the GPU, out of numpy's reach.
            preferred_memory=pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0),
        )
        answer = asked.exec()
        if answer.has_error():
            raise pb_utils.TritonModelException(f"{self._model}: {answer.error().message()}")
        return [pb_utils.get_output_tensor_by_name(answer, name).as_numpy() for name in outputs]
