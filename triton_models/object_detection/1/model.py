"""Triton's python backend: answers a request of many pictures with one response. See `detector.py`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import triton_python_backend_utils as pb_utils

sys.path.insert(0, str(Path(__file__).parent))

from detections import InvalidRequestError, pictures_of
from detector import Open, in_process, labels, load


class TritonPythonModel:
    """Loaded once by each instance."""

    def initialize(self, args: dict[str, str]) -> None:
        """Loads the networks of the version folder.

        Parameters of the model's configuration: `intra_op_threads`, and `network` and `depth`, the names of other
        models of this server that run these networks instead of the ONNX files.
        """
        given = json.loads(args["model_config"]).get("parameters", {})
        parameters = {name: value["string_value"] for name, value in given.items()}
        folder = Path(__file__).parent
        threads = int(parameters.get("intra_op_threads", "1"))
        served = {name: parameters[name] for name in ("network", "depth") if name in parameters}
        self._detector, self._depth = load(folder, _served(served) if served else in_process(folder, threads))
        self._labels = np.array([json.dumps(labels(self._detector, self._depth)).encode()], np.object_)

    def execute(self, requests: list[Any]) -> list[Any]:
        """Answers each request; a malformed one gets an error that says what is wrong."""
        return [self._answer(request) for request in requests]

    def _answer(self, request: Any) -> Any:
        pixels, sizes = (pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in ("pixels", "sizes"))
        try:
            pictures = pictures_of(pixels, sizes)
        except InvalidRequestError as error:
            invalid = pb_utils.TritonError(str(error), pb_utils.TritonError.INVALID_ARG)
            return pb_utils.InferenceResponse(error=invalid)
        wanted = set(request.requested_output_names())
        found = self._detector.detect(pictures) if "boxes" in wanted else []
        maps = [self._depth.estimate(p) for p in pictures] if self._depth and "depth" in wanted else []
        answer = {
            "boxes": np.concatenate([np.zeros((0, 4)), *(f.boxes for f in found)]).astype(np.float32),
            "classes": np.concatenate([[], *(f.classes for f in found)]).astype(np.int32),
            "scores": np.concatenate([[], *(f.scores for f in found)]).astype(np.float32),
            "counts": np.array([len(f.scores) for f in found], np.int32),
            "depth": np.concatenate([[], *(m.reshape(-1) for m in maps)]).astype(np.float32),
            "depth_sizes": np.array([m.shape for m in maps], np.int32).reshape(-1, 2),
            "labels": self._labels,
        }
        return pb_utils.InferenceResponse([pb_utils.Tensor(n, a) for n, a in answer.items() if n in wanted])


def _served(models: dict[str, str]) -> Open:
    from served_network import ServedNetwork  # noqa: PLC0415  needed only with such models

    return lambda name, description: ServedNetwork(models[name], [description["output"]])
