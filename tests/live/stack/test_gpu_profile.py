"""The GPU profile reads what the CPU profile reads, in a real Triton: with an encoder that is served instead of loaded.

No GPU is at hand, so the served encoder is a Python model around the same ONNX file; names, types and the way in
between are the plan's.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from google.protobuf import text_format
from tritonclient.grpc import InferenceServerClient, InferInput
from tritonclient.grpc.model_config_pb2 import ModelConfig

from inference.triton.signatures import read_signature
from tests.helpers.embedded import CACHE
from topology.docker import triton_probe
from topology.local import triton_env
from topology.models import tensorrt
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live

MODEL = REPOSITORY / "triton_models" / "text_extraction"
ENCODER = """
import onnxruntime
import triton_python_backend_utils as pb_utils

class TritonPythonModel:
    def initialize(self, args):
        options = onnxruntime.SessionOptions()
        # A plan does not saturate; neither may this, on a processor without VNNI.
        options.add_session_config_entry("session.x64quantprecision", "1")
        self._session = onnxruntime.InferenceSession(__file__.replace("model.py", "encoder.onnx"), options)
        self._inputs = [i.name for i in self._session.get_inputs()]
        self._outputs = [o.name for o in self._session.get_outputs()]

    def execute(self, requests):
        return [self._answer(request) for request in requests]

    def _answer(self, request):
        feeds = {name: pb_utils.get_input_tensor_by_name(request, name).as_numpy() for name in self._inputs}
        arrays = self._session.run(None, feeds)
        return pb_utils.InferenceResponse([pb_utils.Tensor(n, a) for n, a in zip(self._outputs, arrays)])
"""


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextlib.contextmanager
def triton(log: Path, repositories: list[Path], *options: str):
    """Runs a server over these repositories; yields its gRPC address once it extracts."""
    environment = triton_env.environment(CACHE)
    ports = free_ports(3)
    argv = [
        str(environment.server),
        *(f"--model-repository={folder}" for folder in repositories),
        f"--backend-directory={environment.backends}",
        "--model-control-mode=explicit",
        "--load-model=*",
        "--disable-auto-complete-config",
        "--allow-gpu-metrics=false",
        "--exit-timeout-secs=5",
        f"--backend-config=python,shm-region-prefix-name=triplewire_profile_{ports[0]}",
        *options,
    ]
    for name, port in zip(("http", "grpc", "metrics"), ports, strict=True):
        argv += [f"--{name}-address=127.0.0.1", f"--{name}-port={port}"]
    env = {
        **os.environ,
        "LD_LIBRARY_PATH": ":".join(map(str, environment.libraries)),
        "PATH": f"{environment.root / 'bin'}:{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with log.open("wb") as out, subprocess.Popen(argv, stdout=out, stderr=out, env=env) as process:
        try:
            deadline = time.monotonic() + 60
            while reason := triton_probe.probe(f"http://127.0.0.1:{ports[0]}"):
                assert process.poll() is None, log.read_text(errors="replace")[-2000:]
                assert time.monotonic() < deadline, reason
            yield f"127.0.0.1:{ports[1]}"
        finally:
            process.terminate()


def extract(address: str) -> dict[str, np.ndarray]:
    """Sends three windows of one to four words and returns every output."""
    pieces = [[101, 7513, 102], [101, 3960, 6392, 2003, 102], [101, 2003, 2006, 3000, 1012, 102]]
    flat = np.array([piece for window in pieces for piece in window], np.int32)
    special = np.isin(flat, (101, 102))
    tensors = {
        "input_ids": flat,
        "case_ids": np.where(special, 0, 2).astype(np.int32),
        "first_piece": ~special,
        "lengths": np.array([len(window) for window in pieces], np.int32),
    }
    kinds = {"int32": "INT32", "bool": "BOOL"}
    inputs = [
        InferInput(name, list(array.shape), kinds[str(array.dtype)]).set_data_from_numpy(array)
        for name, array in tensors.items()
    ]
    with InferenceServerClient(address) as client:
        answer = client.infer("text_extraction", inputs, client_timeout=30)
    return {output.name: answer.as_numpy(output.name) for output in answer.get_response().outputs}


@pytest.fixture
def plans(tmp_path):
    """A repository as `triplewire models compile` writes it, with a Python model where the plan would be."""
    onnx = MODEL / "1" / "encoder.onnx"
    tensorrt.write(onnx, read_signature(onnx), tmp_path / "plans", tensorrt.Profile())
    folder = tmp_path / "plans" / tensorrt.MODEL
    config = text_format.Parse((folder / "config.pbtxt").read_text(encoding="utf-8"), ModelConfig())
    config.platform, config.backend = "", "python"
    config.ClearField("instance_group")
    config.ClearField("model_warmup")
    (folder / "config.pbtxt").write_text(text_format.MessageToString(config), encoding="utf-8")
    (folder / "1" / "model.py").write_text(ENCODER, encoding="utf-8")
    shutil.copy(onnx, folder / "1")
    return tmp_path / "plans"


def test_both_profiles_read_the_same(tmp_path, plans):
    models = tmp_path / "models"
    shutil.copytree(MODEL, models / "text_extraction", ignore=shutil.ignore_patterns("__pycache__"))
    with triton(tmp_path / "cpu.log", [models]) as address:
        loaded = extract(address)
    # Without its own encoder the GPU profile cannot have read with anything but the served one.
    (models / "text_extraction" / "1" / "encoder.onnx").unlink()
    with triton(tmp_path / "gpu.log", [models, plans], "--model-config-name=gpu") as address:
        served = extract(address)
    assert set(loaded) == set(served) >= triton_probe.OUTPUTS
    for name, array in loaded.items():
        np.testing.assert_array_equal(array, served[name], err_msg=name)
