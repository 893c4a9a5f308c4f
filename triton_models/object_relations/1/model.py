"""Triton's python backend: scores the relations of pairs of a name and an object. See `relations.py`."""

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
        """Loads the weights of the version folder, if it has any.

        Parameters of the model's configuration: `intra_op_threads`, and `network`, the name of another model of this
        server that runs the network instead of the ONNX file.
        """
        given = json.loads(args["model_config"]).get("parameters", {})
        parameters = {name: value["string_value"] for name, value in given.items()}
        folder = Path(__file__).parent
        description = describe(folder)
        self._relations: Relations | None = None
        if description:
            served = parameters.get("network")
            threads = int(parameters.get("intra_op_threads", "1"))
            self._relations = Relations(description, _served(served) if served else session(folder, threads))
        self._labels = np.array([json.dumps(description).encode()], np.object_)

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


def _served(model: str) -> Any:
    from served_network import ServedNetwork  # noqa: PLC0415  needed only with such a model

    return ServedNetwork(model, ["scores"])
