"""The network as another model of the same server: the GPU profile, where it is a TensorRT plan.

Business logic scripting: https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/python_backend/README.html
"""

import numpy as np
import triton_python_backend_utils as pb_utils


class ServedNetwork:
    """Stands where the CPU profile has an onnxruntime session, and is called the same way."""

    def __init__(self, model: str, output: str) -> None:
        """Nothing is asked of the model yet: it may still be loading.

        Args:
            model: Name of the model in this server.
            output: Name of its only output.
        """
        self._model = model
        self._output = output

    def run(self, outputs: None, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:  # noqa: ARG002
        """Runs the model.

        Raises:
            TritonModelException: The model is not there, or refused.
        """
        request = pb_utils.InferenceRequest(
            model_name=self._model,
            requested_output_names=[self._output],
            inputs=[pb_utils.Tensor(name, array) for name, array in feeds.items()],
            # What follows runs on the CPU; without this a plan's output would stay on the GPU, out of numpy's reach.
            preferred_memory=pb_utils.PreferredMemory(pb_utils.TRITONSERVER_MEMORY_CPU, 0),
        )
        response = request.exec()
        if response.has_error():
            raise pb_utils.TritonModelException(f"{self._model}: {response.error().message()}")
        return [pb_utils.get_output_tensor_by_name(response, self._output).as_numpy()]
