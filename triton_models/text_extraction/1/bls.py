"""The encoder as another model of the same server: the GPU profile, where it is a TensorRT plan.

Business logic scripting: https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/python_backend/README.html
"""

import numpy as np
import triton_python_backend_utils as pb_utils


class ServedEncoder:
    """Stands where the CPU profile has an onnxruntime session, and is called the same way."""

    def __init__(self, model: str, outputs: list[str]) -> None:
        """Nothing is asked of the model yet: it may still be loading.

        Args:
            model: Name of the model in this server.
            outputs: Names of its outputs, in the order in which `run` returns them.
        """
        self._model = model
        self._outputs = outputs

    def run(self, outputs: list[str] | None, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
        """Runs the model.

        Args:
            outputs: Names of the wanted outputs; None for all.
            feeds: Inputs by name, in the plan's own types.

        Returns:
            The outputs; half precision comes back as float32, in which the heads compute.

        Raises:
            TritonModelException: The model is not there, or refused.
        """
        wanted = outputs or self._outputs
        request = pb_utils.InferenceRequest(
            model_name=self._model,
            requested_output_names=wanted,
            inputs=[pb_utils.Tensor(name, np.ascontiguousarray(array)) for name, array in feeds.items()],
            # The heads run on the CPU; without this a plan's outputs would stay on the GPU, out of numpy's reach.
            preferred_memory=pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0),
        )
        response = request.exec()
        if response.has_error():
            raise pb_utils.TritonModelException(f"{self._model}: {response.error().message()}")
        arrays = [pb_utils.get_output_tensor_by_name(response, name).as_numpy() for name in wanted]
        return [array.astype(np.float32) if array.dtype == np.float16 else array for array in arrays]
