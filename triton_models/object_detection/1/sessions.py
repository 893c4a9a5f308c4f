"""Where a network runs: in this process, or as another model of the same server."""

import json
from pathlib import Path
from typing import Any


def described(folder: Path, name: str) -> dict[str, Any] | None:
    """Returns what `NAME.json` says of a network, or nothing where the version folder has none."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def session(path: Path, threads: int) -> Any:
    """Opens an ONNX file."""
    import onnxruntime  # noqa: PLC0415  opencv's own detectors and the GPU profile do without

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
