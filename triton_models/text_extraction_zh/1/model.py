"""Triton's python backend: answers a request of many windows with one response. See `zh_reader.py`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

sys.path.insert(0, str(Path(__file__).parent))

from zh_reader import ChineseReader, InvalidRequest

INPUTS = ("input_ids", "case_ids", "first_piece", "lengths")


class TritonPythonModel:
    """Loaded once by each instance."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads the version folder; the configuration's `intra_op_threads` sets each network's threads."""
        parameters = json.loads(args["model_config"]).get("parameters", {})
        threads = int(parameters.get("intra_op_threads", {}).get("string_value", "1"))
        folder = Path(__file__).parent
        self._reader = ChineseReader(folder, threads)
        self._labels = np.array([(folder / "labels.json").read_bytes()], np.object_)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answers each request; a malformed one gets an error that says what is wrong."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> Any:
        given = [pb_utils.get_input_tensor_by_name(request, name).as_numpy().reshape(-1) for name in INPUTS]
        try:
            read = self._reader.read(*given)
        except InvalidRequest as error:
            invalid = pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=invalid)
        return pb_utils.InferenceResponse(
            [
                pb_utils.Tensor("mentions", read.mentions),
                pb_utils.Tensor("mention_scores", read.mention_scores),
                pb_utils.Tensor("relations", read.relations),
                pb_utils.Tensor("relation_scores", read.relation_scores),
                pb_utils.Tensor("relation_modalities", read.relation_modalities),
                pb_utils.Tensor("labels", self._labels),
            ]
        )
