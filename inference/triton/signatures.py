"""Reads the inputs and outputs of an ONNX file from protobuf's wire format, so that the service does not need onnx.

Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 (`ModelProto.graph` 7; `GraphProto.initializer`
5, `input` 11, `output` 12; `ValueInfoProto.name` 1, `type` 2; `TypeProto.tensor_type` 1; `Tensor.elem_type` 1,
`shape` 2; `TensorShapeProto.dim` 1; `Dimension.dim_value` 1, `dim_param` 2).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TYPES = {1: "FP32", 6: "INT32", 7: "INT64", 9: "BOOL", 10: "FP16"}
"""ONNX element types by number, as Triton names them; only those that a text model uses."""

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class NotOnnxError(ValueError):
    """The file is not an ONNX model, or uses a feature that this module does not read; the message says which."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """An input or output.

    Attributes:
        name: Its name.
        datatype: Triton's name of the element type.
        shape: The size of each fixed dimension, the symbol of each free one.
    """

    name: str
    datatype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A model's inputs and outputs, in the file's order."""

    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]


def read_signature(path: Path) -> Signature:
    """Reads the inputs and outputs of an ONNX file.

    Raises:
        NotOnnxError: It is not an ONNX model, or one of its tensors has an element type outside `TYPES`.
        OSError: The file cannot be read.
    """
    try:
        graph = _one(memoryview(path.read_bytes()), 7)
        inputs, outputs = (tuple(_tensor(v) for n, v in _fields(graph) if n == number) for number in (11, 12))
    except (IndexError, ValueError) as error:
        raise NotOnnxError(f"{path} is not a readable ONNX model: {error}") from error
    if not (inputs and outputs):
        raise NotOnnxError(f"{path} is not a readable ONNX model: it names no inputs or no outputs")
    return Signature(inputs, outputs)


def _tensor(info: memoryview) -> Tensor:
    name = bytes(_one(info, 1)).decode()
    tensor = _one(_one(info, 2), 1)
    number = next((int.from_bytes(value, "little") for field, value in _fields(tensor) if field == 1), 0)
    if number not in TYPES:
        raise ValueError(f"{name} has element type {number}")
    return Tensor(name, TYPES[number], tuple(_dimension(d) for field, d in _fields(_one(tensor, 2)) if field == 1))


def _dimension(dimension: memoryview) -> int | str:
    for number, value in _fields(dimension):
        if number == 1:
            return int.from_bytes(value, "little")
        if number == 2:  # noqa: PLR2004 - dim_param
            return bytes(value).decode()
    return "?"


def _one(message: memoryview, number: int) -> memoryview:
    """Returns the first field of that number."""
    for found, value in _fields(message):
        if found == number:
            return value
    raise ValueError(f"field {number} is missing")


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yields (number, content) of a message's fields; a varint's content is its value in little-endian bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, at = _varint(message, at)
            yield number, memoryview(value.to_bytes(8, "little"))
            continue
        if kind == _BYTES:
            size, at = _varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            size = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {kind} at byte {at}")
        if at + size > len(message):
            raise ValueError(f"it ends within field {number}")
        yield number, message[at : at + size]
        at += size


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """Returns a base-128 number and the place after it."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the continuation bit
            return value & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
