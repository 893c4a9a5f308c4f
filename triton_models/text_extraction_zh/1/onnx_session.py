"""Opens a network of a version folder with onnxruntime on the CPU."""

from pathlib import Path
from typing import Any


def open_session(path: Path, threads: int, *, precise: bool, spinning: bool) -> Any:
    """Opens an ONNX file.

    Args:
        path: The file.
        threads: Threads within an operator; operators run one after the other.
        precise: Whether sums of int8 products are exact on every processor. Without VNNI they saturate otherwise, and
            an int8 network gives other results there than elsewhere.
        spinning: Whether idle threads wait actively. That is faster, but takes a core from the workers on the machine.

    Returns:
        An `onnxruntime.InferenceSession`.
    """
    # Requests can be checked, and networks run as another model of the server, where onnxruntime is not installed.
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    if precise:
        options.add_session_config_entry("session.x64quantprecision", "1")
    if not spinning:
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
