"""A trained relation model as one ONNX graph, in float32: attention over dense masks, any number of everything."""

import json
import warnings
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from inference.object_relations.batch import Batch
from inference.research.relformer.checkpoint import RelationRun
from inference.research.relformer.model import RelationModel
from inference.research.relformer.tensors import Tensors

OPSET = 17
INPUTS = tuple(f.name for f in fields(Batch) if f.name != "labels")
"""The graph's inputs: the arrays of `Batch`, all but the answers."""

_AXES = {
    "ids": "words",
    "roles": "words",
    "text": "words",
    "crops": "objects",
    "depths": "objects",
    "boxes": "objects",
    "objects": "objects",
    "nodes": "nodes",
    "node_kinds": "nodes",
    "edges": "nodes",
}


class _Flat(nn.Module):
    """The model with a batch's tensors as arguments of their own."""

    def __init__(self, model: RelationModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, *given: Tensor) -> Tensor:
        batch = Tensors(**dict(zip(INPUTS, given, strict=True)), labels=given[0][:, 0])
        return torch.softmax(self.model(batch), dim=-1)


def export(model: RelationModel, run: RelationRun, example: Tensors, folder: Path) -> None:
    """Writes `model.onnx` with output `scores` float32 [B, relations], probabilities, and `labels.json` next to it.

    Args:
        model: The model.
        run: What it was trained as.
        example: Any batch of its shape.
        folder: Where to; made if it is not there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    axes: dict[str, Any] = {name: {0: "pairs", 1: _AXES[name]} if name in _AXES else {0: "pairs"} for name in INPUTS}
    axes["edges"][2] = "nodes"
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy exporter announces its retirement; the new one's graph is slower
        torch.onnx.export(
            _Flat(model.eval()),
            tuple(getattr(example, name) for name in INPUTS),
            folder / "model.onnx",
            input_names=list(INPUTS),
            output_names=["scores"],
            dynamic_axes={**axes, "scores": {0: "pairs"}},
            opset_version=OPSET,
            dynamo=False,
        )
    version = sha256((folder / "model.onnx").read_bytes()).hexdigest()[:12]
    labels = {"relations": run.relations, "shape": asdict(run.shape), "model": run.model, "version": version}
    (folder / "labels.json").write_text(json.dumps(labels) + "\n", encoding="utf-8")
