"""Opens a network of a version folder with onnxruntime on the CPU."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

_DEEP, _WIDE = 64, 16

PRODUCT = (
    b'\x08\x07:\xd8\x08\n\x18\n\x01a\n\x01b\x12\x01c"\rMatMulInteger\x12\x01p*\x8c\x08\x08@\x08\x10\x10\x03B\x01bJ\x80\x08'
    + b"\x7f" * (_DEEP * _WIDE)
    + b"Z\x14\n\x01a\x12\x0f\n\r\x08\x02\x12\t\n\x03\x12\x01m\n\x02\x08@"
    + b"b\x14\n\x01c\x12\x0f\n\r\x08\x06\x12\t\n\x03\x12\x01m\n\x02\x08\x10B\x04\n\x00\x10\r"
)
"""An ONNX file: c = MatMulInteger(a, b), a uint8 [m, 64], b int8 [64, 16] all 127, c int32 [m, 16]."""


def open_session(path: Path, threads: int, *, precise: bool, spinning: bool) -> Any:
    """Opens an ONNX file.

    Args:
        path: The file.
        threads: Threads within an operator; operators run one after the other.
        precise: Whether sums of int8 products are exact on every processor. Where they would saturate, slower
            operations are chosen; an int8 network would give other results there than elsewhere.
        spinning: Whether idle threads wait actively. That is faster, but takes a core from the workers on the machine.

    Returns:
        An `onnxruntime.InferenceSession`.
    """
    # Requests can be checked, and networks run as another model of the server, where onnxruntime is not installed.
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    if precise and saturates():
        options.add_session_config_entry("session.x64quantprecision", "1")
    if not spinning:
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


@cache
def saturates() -> bool:
    """Returns whether sums of int8 products saturate on this processor, as they do on x86 without VNNI.

    It is tried with the largest product, for one row and for several, as these are computed differently: onnxruntime
    does not say what it found, and its precise mode costs twice the time on processors that do not need it.
    """
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    product = onnxruntime.InferenceSession(PRODUCT, options, providers=["CPUExecutionProvider"])
    exact = _DEEP * 255 * 127
    return any((product.run(None, {"a": np.full((m, _DEEP), 255, np.uint8)})[0] != exact).any() for m in (1, 2, 24))
