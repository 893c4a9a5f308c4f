"""Triton's python backend: returns a vector for each text, given its word pieces. See `embedder.py`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

sys.path.insert(0, str(Path(__file__).parent))

from embedder import Embedder, InvalidRequestError, session


class TritonPythonModel:
    """Loaded once by each instance."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads the version folder; the configuration's `intra_op_threads` sets the network's threads."""
        parameters = json.loads(args["model_config"]).get("parameters", {})
        threads = int(parameters.get("intra_op_threads", {}).get("string_value", "1"))
        folder = Path(__file__).parent
        labels = (folder / "labels.json").read_bytes()
        self._embedder = Embedder(json.loads(labels), session(folder, threads))
        self._labels = np.array([labels], np.object_)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answers each request; a malformed one gets an error that says what is wrong."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> Any:
        ids, lengths = (pb_utils.get_input_tensor_by_name(request, n).as_numpy() for n in ("input_ids", "lengths"))
        try:
            vectors = self._embedder.vectors(ids, lengths)
        except InvalidRequestError as error:
            invalid = pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=invalid)
        return pb_utils.InferenceResponse(
            [pb_utils.Tensor("vectors", vectors), pb_utils.Tensor("labels", self._labels)]
        )
