"""Runs a network as another model of the same server: in the GPU profile, where it is a TensorRT plan.

Business logic scripting:
https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/python_backend/README.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import triton_python_backend_utils as pb_utils


class ServedNetwork:
    """Takes the place of the CPU profile's onnxruntime session, and is called like one."""

    def __init__(self, model: str, outputs: Sequence[str]) -> None:
        """Sends no request yet: the model may still be loading.

        Args:
            model: Name of the model in this server.
            outputs: Names of its outputs, in the order in which `run` returns them.
        """
        self._model = model
        self._outputs = list(outputs)

    def run(self, outputs: Sequence[str] | None, feeds: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        """Runs the model.

        Args:
            outputs: Names of the wanted outputs; None for all.
            feeds: Inputs by name, in the plan's own types.

        Returns:
            The outputs; half precision is returned as float32, in which the CPU computes further.

        Raises:
            TritonModelException: The model is missing or refused the request.
        """
        wanted = list(outputs or self._outputs)
        request = pb_utils.InferenceRequest(
            model_name=self._model,
            requested_output_names=wanted,
            inputs=[pb_utils.Tensor(name, np.ascontiguousarray(array)) for name, array in feeds.items()],
            # The rest runs on the CPU. By default a plan's outputs stay on the GPU, where numpy cannot read them.
            preferred_memory=pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0),
        )
        response = request.exec()
        if response.has_error():
            raise pb_utils.TritonModelException(f"{self._model}: {response.error().message()}")
        arrays = [pb_utils.get_output_tensor_by_name(response, name).as_numpy() for name in wanted]
        return [array.astype(np.float32) if array.dtype == np.float16 else array for array in arrays]
