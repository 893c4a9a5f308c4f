"""Converts a graph of TensorFlow.js into ONNX, with a variable number of pictures.

It knows the operators of NanoDet's graph, no more, and refuses others. TensorFlow computes with channels last, ONNX
with channels first; a value is kept as the ONNX tensor and the order in which TensorFlow sees its axes, so that most of
the graph's transpositions disappear.
Format: https://github.com/tensorflow/tfjs/tree/master/tfjs-converter
"""

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from topology.models.onnx_file import OnnxGraph

CHANNELS_LAST = (0, 2, 3, 1)
"""The axes of an ONNX picture (n, channels, height, width) in TensorFlow's order."""


class ConversionError(ValueError):
    """The graph has something that is not converted; the message names it."""


@dataclass(frozen=True, slots=True)
class Value:
    """An ONNX tensor as TensorFlow sees it: axis i there is `axes[i]` here."""

    name: str
    axes: tuple[int, ...]


def weights_of(manifest: list[dict[str, Any]], content: bytes) -> dict[str, np.ndarray]:
    """Returns the constants of a model with one file of weights; float16 becomes float32.

    Raises:
        ConversionError: The file's size is not that of the constants, or one has an unknown type.
    """
    found, read = {}, 0
    for entry in (entry for group in manifest for entry in group["weights"]):
        kind = entry.get("quantization", entry)["dtype"]
        if kind not in {"float16", "float32", "int32"}:
            raise ConversionError(f"{entry['name']} is {kind}")
        stored = np.dtype(kind).newbyteorder("<")
        count = math.prod(entry["shape"])
        if read + count * stored.itemsize > len(content):
            raise ConversionError("the file of weights is too short")
        array = np.frombuffer(content, stored, count, read).reshape(entry["shape"])
        found[entry["name"]] = array.astype(np.int64 if kind == "int32" else np.float32)
        read += count * stored.itemsize
    if read != len(content):
        raise ConversionError("the file of weights is too long")
    return found


class Converter:
    """Converts the nodes of one graph, each once and after those that it reads."""

    def __init__(self, nodes: list[dict[str, Any]], constants: dict[str, np.ndarray]) -> None:
        """Prepares the conversion.

        Args:
            nodes: The graph's nodes, in any order.
            constants: See `weights_of`.
        """
        self.graph = OnnxGraph()
        self._nodes = {node["name"]: node for node in nodes}
        self._constants = dict(constants)
        self._values: dict[str, Value] = {}

    def value(self, name: str) -> Value:
        """Returns a node's output, `name` or `name:number`, converting what it depends on first.

        Raises:
            ConversionError: An operator is unknown.
        """
        name = _plain(name)
        # A loop, not recursion: the graph may be deeper than Python's stack of calls.
        waiting = [name]
        while waiting:
            last = waiting[-1]
            if last in self._values or last in self._constants:
                waiting.pop()
                continue
            node = self._nodes[last.partition(":")[0]]
            inputs = map(_plain, node.get("input", []))
            missing = [each for each in inputs if each not in self._values and each not in self._constants]
            if missing:
                waiting += missing
                continue
            self._convert(node)
            waiting.pop()
        return self._values[name]

    def plain(self, value: Value) -> str:
        """Returns the name of a tensor whose axes are in TensorFlow's order."""
        return self._ordered(value, tuple(range(len(value.axes))))

    def _convert(self, node: dict[str, Any]) -> None:
        given = [_plain(name) for name in node.get("input", [])]
        kind, name = node["op"], node["name"]
        if all(each in self._constants for each in given) and kind in _FOLDED:
            self._constants[name] = _FOLDED[kind](*(self._constants[each] for each in given))
            return
        converted = getattr(self, f"_{kind.lower()}", None)
        if converted is None:
            raise ConversionError(f"operator {kind} of {name} is not converted")
        converted(node, name, given)

    def _ordered(self, value: Value, axes: tuple[int, ...]) -> str:
        """Returns the name of a tensor that TensorFlow sees in the order `axes`."""
        if value.axes == axes:
            return value.name
        order = [value.axes[axes.index(i)] for i in range(len(axes))]
        name = f"{value.name}_{''.join(map(str, order))}"
        return self.graph.node("Transpose", [value.name], [name], perm=order)

    def _placeholder(self, _node: Any, name: str, _given: list[str]) -> None:
        self._values[name] = Value(name, (0, 1, 2, 3))

    def _identity(self, _node: Any, name: str, given: list[str]) -> None:
        self._values[name] = self._values[given[0]]

    def _transpose(self, _node: Any, name: str, given: list[str]) -> None:
        value, order = self._values[given[0]], self._constants[given[1]]
        self._values[name] = Value(value.name, tuple(value.axes[i] for i in order.tolist()))

    def _conv2d(self, node: dict[str, Any], name: str, given: list[str]) -> None:
        kernel = np.ascontiguousarray(self._constants[given[1]].transpose(3, 2, 0, 1))
        inputs = [self._ordered(self._values[given[0]], CHANNELS_LAST), self.graph.weight(f"{name}/weights", kernel)]
        self.graph.node("Conv", inputs, [name], strides=_window(node, "strides"))
        self._values[name] = Value(name, CHANNELS_LAST)

    def _maxpool(self, node: dict[str, Any], name: str, given: list[str]) -> None:
        source = self._ordered(self._values[given[0]], CHANNELS_LAST)
        window = {"kernel_shape": _window(node, "ksize"), "strides": _window(node, "strides")}
        self.graph.node("MaxPool", [source], [name], **window)
        self._values[name] = Value(name, CHANNELS_LAST)

    def _add(self, _node: dict[str, Any], name: str, given: list[str]) -> None:
        first = next(self._values[each] for each in given if each in self._values)
        inputs = [self._operand(each, first.axes) for each in given]
        self.graph.node("Add", inputs, [name])
        self._values[name] = Value(name, first.axes)

    _addv2 = _add

    def _operand(self, name: str, axes: tuple[int, ...]) -> str:
        if name in self._values:
            return self._ordered(self._values[name], axes)
        constant = self._constants[name]
        wide = constant.reshape((1,) * (len(axes) - constant.ndim) + constant.shape)
        return self.graph.weight(name, np.ascontiguousarray(wide.transpose(np.argsort(axes))))

    def _pad(self, _node: dict[str, Any], name: str, given: list[str]) -> None:
        value = self._values[given[0]]
        # ONNX wants what is added before each axis, then what is added after each.
        pads = self._constants[given[1]].T[:, np.argsort(value.axes)].reshape(-1)
        inputs = [value.name, self.graph.weight(f"{name}/pads", np.ascontiguousarray(pads))]
        if len(given) > 2:  # noqa: PLR2004  PadV2 names what is added
            inputs.append(self.graph.weight(f"{name}/value", self._constants[given[2]]))
        self.graph.node("Pad", inputs, [name])
        self._values[name] = Value(name, value.axes)

    _padv2 = _pad

    def _leakyrelu(self, node: dict[str, Any], name: str, given: list[str]) -> None:
        value = self._values[given[0]]
        self.graph.node("LeakyRelu", [value.name], [name], alpha=float(node["attr"]["alpha"]["f"]))
        self._values[name] = Value(name, value.axes)

    def _sigmoid(self, _node: dict[str, Any], name: str, given: list[str]) -> None:
        value = self._values[given[0]]
        self.graph.node("Sigmoid", [value.name], [name])
        self._values[name] = Value(name, value.axes)

    def _concatv2(self, _node: dict[str, Any], name: str, given: list[str]) -> None:
        axes = self._values[given[0]].axes
        inputs = [self._ordered(self._values[each], axes) for each in given[:-1]]
        self.graph.node("Concat", inputs, [name], axis=axes[int(self._constants[given[-1]])])
        self._values[name] = Value(name, axes)

    def _splitv(self, _node: dict[str, Any], name: str, given: list[str]) -> None:
        value, sizes = self._values[given[0]], self._constants[given[1]]
        names = [f"{name}:{number}" if number else name for number in range(len(sizes))]
        axis = value.axes[int(self._constants[given[2]])]
        self.graph.node("Split", [value.name, self.graph.weight(f"{name}/sizes", sizes)], names, axis=axis)
        self._values |= {each: Value(each, value.axes) for each in names}

    def _resizebilinear(self, node: dict[str, Any], name: str, given: list[str]) -> None:
        if not node["attr"]["half_pixel_centers"]["b"] or node["attr"]["align_corners"]["b"]:
            raise ConversionError(f"{name} has other corners")
        source = self._ordered(self._values[given[0]], CHANNELS_LAST)
        shape = self.graph.node("Shape", [source], [f"{name}/shape"])
        halves = self.graph.weight(f"{name}/halves", np.array([2, 2], np.int64))
        kept, _ = f"{name}/kept", self.graph.node("Split", [shape, halves], [f"{name}/kept", f"{name}/cut"], axis=0)
        wanted = self.graph.weight(f"{name}/wanted", self._constants[given[1]])
        size = self.graph.node("Concat", [kept, wanted], [f"{name}/size"], axis=0)
        how = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
        self.graph.node("Resize", [source, "", "", size], [name], **how)
        self._values[name] = Value(name, CHANNELS_LAST)

    def _reshape(self, _node: dict[str, Any], name: str, given: list[str]) -> None:
        shape = self._constants[given[1]].copy()
        if shape[0] != 1:
            raise ConversionError(f"{name} does not keep the pictures apart")
        shape[0] = 0  # As many pictures as there are.
        inputs = [self.plain(self._values[given[0]]), self.graph.weight(f"{name}/to", shape)]
        self.graph.node("Reshape", inputs, [name])
        self._values[name] = Value(name, tuple(range(len(shape))))


def _dense(indices: np.ndarray, shape: np.ndarray, _values: np.ndarray, default: np.ndarray) -> np.ndarray:
    if len(indices):
        raise ConversionError("a constant is put together from parts")
    return np.full(shape, default)


_FOLDED: dict[str, Callable[..., np.ndarray]] = {"SparseToDense": _dense, "AddV2": np.add}
"""Operators on constants, which are computed here."""


def _plain(name: str) -> str:
    return name.removesuffix(":0")


def _window(node: dict[str, Any], attribute: str) -> list[int]:
    """Returns an attribute's numbers for height and width; refuses windows that are padded or dilated."""
    attributes = node["attr"]
    padding = base64.b64decode(attributes["padding"]["s"]).decode()
    dilations = attributes.get("dilations", {}).get("list", {}).get("i", ["1"])
    if padding != "VALID" or set(dilations) != {"1"}:
        raise ConversionError(f"{node['name']} is padded or dilated")
    return [int(number) for number in attributes[attribute]["list"]["i"][1:3]]
