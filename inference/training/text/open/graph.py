"""The graph that scores added relations, `open.onnx`: the pair head up to its vector, and a scorer on top."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import onnx
import onnxruntime
import torch
from onnx import compose
from onnx.utils import Extractor
from torch import Tensor, nn

from inference.training.common.calibrate import Line
from inference.training.common.half import keep_in_half
from inference.training.text.export.files import export_graph
from inference.training.text.open.head import Scorer

INPUTS = ["words", "first", "last", "pool", "kinds", "pairs", "steps", "spans", "covers"]


def vector_graph(pairs: Path) -> onnx.ModelProto:
    """Returns `pairs.onnx` cut off before its last layer: its output `vectors` [K, hidden] is the pair vector.

    Raises:
        ValueError: The graph has no layer `relations`.
    """
    model = onnx.shape_inference.infer_shapes(onnx.load(pairs))
    layers = (n for n in model.graph.node if n.op_type != "Cast")
    last = next((n for n in layers if any(i.startswith("relations.weight") for i in n.input)), None)
    if last is None:
        raise ValueError(f"{pairs} has no layer `relations`")
    cut = Extractor(model).extract_model(INPUTS, [last.input[0]])
    for node in cut.graph.node:
        node.output[:] = ["vectors" if name == last.input[0] else name for name in node.output]
        node.input[:] = ["vectors" if name == last.input[0] else name for name in node.input]
    cut.graph.output[0].name = "vectors"
    return cut


def session(model: onnx.ModelProto) -> Any:
    """Returns an onnxruntime session of a graph, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options)


class _Served(nn.Module):
    def __init__(self, scorer: Scorer, calibration: Line) -> None:
        super().__init__()
        self.scorer, self.calibration = scorer, calibration

    def forward(self, words: Tensor, vectors: Tensor, around: Tensor, labels: Tensor) -> Tensor:
        scores = self.scorer(vectors, around @ words, labels)
        return torch.sigmoid(self.calibration.slope * scores + self.calibration.offset)


def write_graph(scorer: Scorer, calibration: Line, pairs: Path, path: Path) -> None:
    """Writes `open.onnx`: the inputs of `pairs.onnx`, `around` [K, n] and `labels` [L, width] to probabilities [K, L].

    Args:
        scorer: The trained scorer.
        calibration: Of its scores.
        pairs: The shipped `pairs.onnx`.
        path: Where to.
    """
    front = vector_graph(pairs)
    hidden, width = scorer.hidden, scorer.width
    example = (torch.zeros(7, width), torch.zeros(2, hidden), torch.zeros(2, 7), torch.zeros(3, width))
    with TemporaryDirectory() as scratch:
        file = Path(scratch) / "scorer.onnx"
        _export(_Served(scorer, calibration).eval(), example, file)
        back = onnx.load(file)
    back.ir_version = front.ir_version
    merged = compose.merge_models(front, compose.add_prefix(back, "scorer/"), [("vectors", "scorer/vectors")])
    _rename(merged, {f"scorer/{n}": n for n in ("words", "around", "labels", "probabilities")})
    onnx.checker.check_model(merged)
    onnx.save(merged, path)
    keep_in_half(path)


def _export(module: nn.Module, example: tuple[Tensor, ...], file: Path) -> None:
    axes = {
        "words": {0: "words"},
        "vectors": {0: "pairs"},
        "around": {0: "pairs", 1: "words"},
        "labels": {0: "labels"},
        "probabilities": {0: "pairs", 1: "labels"},
    }
    names, outputs = ["words", "vectors", "around", "labels"], ["probabilities"]
    export_graph(module, example, file, names=names, outputs=outputs, axes=axes)


def _rename(model: onnx.ModelProto, names: dict[str, str]) -> None:
    """Renames values; an input that two parts share becomes one."""
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    kept: dict[str, Any] = {}
    for value in model.graph.input:
        value.name = names.get(value.name, value.name)
        kept.setdefault(value.name, value)
    inputs = list(kept.values())
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    for value in model.graph.output:
        value.name = names.get(value.name, value.name)
