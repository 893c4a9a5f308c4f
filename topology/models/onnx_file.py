"""Writes ONNX files, so that a conversion needs no package but numpy and always yields the same bytes.

Only what a plain network needs: nodes with numbers as attributes, initializers, inputs and outputs of float32. The
numbers of fields and types are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

OPSET, IR = 13, 8
"""Version 13 of the operators, and the version of the format that came with it."""

_VARINT, _BYTES, _FLOAT = 0, 2, 5
_TYPES = {np.dtype(np.float32): 1, np.dtype(np.int64): 7}
_AN_F, _AN_I, _AN_S, _INTS = 1, 2, 3, 7
"""AttributeProto.AttributeType."""

Attribute = int | float | str | Sequence[int]


@dataclass(slots=True)
class OnnxGraph:
    """A graph in the making; nodes are in the order in which they run.

    Attributes:
        nodes: Serialized nodes.
        weights: Serialized initializers.
    """

    nodes: list[bytes] = field(default_factory=list)
    weights: list[bytes] = field(default_factory=list)

    def node(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Attribute) -> str:
        """Adds a node; returns the name of its first output."""
        parts = [_text(1, name) for name in inputs] + [_text(2, name) for name in outputs]
        parts += [_text(3, outputs[0]), _text(4, kind)]
        parts += [_message(5, _attribute(name, value)) for name, value in attributes.items()]
        self.nodes.append(b"".join(parts))
        return outputs[0]

    def weight(self, name: str, array: np.ndarray) -> str:
        """Adds a constant of float32 or int64; returns its name."""
        dims = b"".join(_number(1, size) for size in array.shape)
        kind = _number(2, _TYPES[array.dtype])
        little = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        self.weights.append(dims + kind + _text(8, name) + _message(9, little))
        return name

    def serialized(
        self,
        name: str,
        inputs: dict[str, Sequence[int | str]],
        outputs: dict[str, Sequence[int | str]],
    ) -> bytes:
        """Returns the file. Inputs and outputs are float32; a dimension that is a word is variable."""
        graph = [_message(1, node) for node in self.nodes] + [_text(2, name)]
        graph += [_message(5, weight) for weight in self.weights]
        graph += [_message(11, _value(*each)) for each in inputs.items()]
        graph += [_message(12, _value(*each)) for each in outputs.items()]
        opset = _text(1, "") + _number(2, OPSET)
        return _number(1, IR) + _text(2, "triplewire") + _message(7, b"".join(graph)) + _message(8, opset)


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1  # Negative numbers are written as 64 bits of two's complement.
    out = bytearray()
    while number > 127:  # noqa: PLR2004  seven bits a byte
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(tag: int, number: int) -> bytes:
    return _varint(tag << 3 | _VARINT) + _varint(number)


def _message(tag: int, content: bytes) -> bytes:
    return _varint(tag << 3 | _BYTES) + _varint(len(content)) + content


def _text(tag: int, text: str) -> bytes:
    return _message(tag, text.encode())


def _attribute(name: str, value: Attribute) -> bytes:
    start = _text(1, name)
    if isinstance(value, str):
        return start + _text(4, value) + _number(20, _AN_S)
    if isinstance(value, float):
        return start + _varint(2 << 3 | _FLOAT) + struct.pack("<f", value) + _number(20, _AN_F)
    if isinstance(value, int):
        return start + _number(3, value) + _number(20, _AN_I)
    return start + b"".join(_number(8, int(each)) for each in value) + _number(20, _INTS)


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    dims = b"".join(_message(1, _number(1, size) if isinstance(size, int) else _text(2, size)) for size in shape)
    tensor = _number(1, _TYPES[np.dtype(np.float32)]) + _message(2, dims)
    return _text(1, name) + _message(2, _message(1, tensor))
