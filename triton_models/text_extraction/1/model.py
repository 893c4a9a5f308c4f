"""Triton's python backend: answers a request of many windows with one response. See `reader.py`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

sys.path.insert(0, str(Path(__file__).parent))

from reader import CannotAdd, InvalidRequest, Reader

INPUTS = ("input_ids", "case_ids", "first_piece", "lengths")
ADDED = "open_relations"


class TritonPythonModel:
    """Loaded once by each instance."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads the networks of the version folder.

        Parameters of the model's configuration: `intra_op_threads`, and `encoder`, the name of another model of this
        server that runs the encoder instead of `encoder.onnx`.
        """
        parameters = json.loads(args["model_config"]).get("parameters", {})
        threads = int(parameters.get("intra_op_threads", {}).get("string_value", "1"))
        served = parameters.get("encoder", {}).get("string_value", "")
        folder = Path(__file__).parent
        self._reader = Reader(folder, threads, _served(served) if served else None)
        self._labels = np.array([(folder / "labels.json").read_bytes()], np.object_)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answers each request; a malformed one gets an error that says what is wrong."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> Any:
        given = [pb_utils.get_input_tensor_by_name(request, name).as_numpy().reshape(-1) for name in INPUTS]
        added = pb_utils.get_input_tensor_by_name(request, ADDED)
        try:
            read = self._reader.read(*given, b"".join(added.as_numpy().reshape(-1).tolist()) if added else b"")
        except InvalidRequest as error:
            invalid = pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=invalid)
        except CannotAdd as error:
            unable = pb_utils.TritonError(str(error), pb_utils.TritonError.UNAVAILABLE)
            return pb_utils.InferenceResponse(error=unable)
        return pb_utils.InferenceResponse(
            [
                pb_utils.Tensor("mentions", read.mentions),
                pb_utils.Tensor("mention_scores", read.mention_scores),
                pb_utils.Tensor("relations", read.relations),
                pb_utils.Tensor("relation_scores", read.relation_scores),
                pb_utils.Tensor("relation_modalities", read.relation_modalities),
                pb_utils.Tensor("happenings", read.happenings),
                pb_utils.Tensor("happening_scores", read.happening_scores),
                pb_utils.Tensor("roles", read.roles),
                pb_utils.Tensor("role_scores", read.role_scores),
                pb_utils.Tensor("labels", self._labels),
            ]
        )


def _served(model: str) -> Any:
    from served_network import ServedNetwork  # noqa: PLC0415  needed only with such a model

    return ServedNetwork(model, ["emissions", "hidden", "states"])
