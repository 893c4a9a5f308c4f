"""A trained session model as one ONNX graph, in float32: dense masks, any number of questions, nodes and candidates."""

import json
import warnings
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import torch
from torch import Tensor, nn

from inference.next_entity.question import INPUTS
from inference.training.common.half import keep_in_half
from inference.training.next_entity.graphs import Graphs
from inference.training.next_entity.model import SessionModel

OPSET = 17
AXES = {
    "nodes": {0: "questions", 1: "nodes"},
    "mask": {0: "questions", 1: "nodes"},
    "current": {0: "questions", 1: "nodes", 2: "nodes"},
    "history": {0: "questions", 1: "nodes", 2: "nodes"},
    "last": {0: "questions"},
    "candidates": {0: "questions", 1: "candidates"},
    "links": {0: "questions", 1: "candidates", 2: "nodes"},
    "seen": {0: "questions", 1: "candidates"},
}


class ExportError(ValueError):
    """The model cannot be served; the message says why."""


class Served(nn.Module):
    """The model over vectors of language alone, as the service asks it."""

    def __init__(self, model: SessionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, *given: Tensor) -> Tensor:
        """Returns the log-odds of each candidate, float [B, C]; the arguments are those of `Question`."""
        asked = dict(zip(INPUTS, given, strict=True))
        nodes, candidates = (self.model.encoder.maps["language"](asked.pop(name)) for name in ("nodes", "candidates"))
        relation = torch.zeros_like(asked["last"])
        found: Tensor = self.model.network(nodes, candidates, Graphs(relation=relation, **asked))
        return found


def export(model: SessionModel, name: str, folder: Path) -> str:
    """Writes `model.onnx` and `labels.json` into a version folder; returns the version in `labels.json`.

    Raises:
        ExportError: The model reads other modalities than language.
    """
    if model.encoder.kinds != ("language",):
        raise ExportError(f"what is served reads language alone, and this model reads {', '.join(model.encoder.kinds)}")
    folder.mkdir(parents=True, exist_ok=True)
    width = model.encoder.maps["language"].in_features
    shapes = {"questions": 2, "nodes": 5, "candidates": 3}
    example = {
        input_: torch.rand([shapes[axis] for _, axis in sorted(axes.items())] + [width] * (input_ in _VECTORS))
        for input_, axes in AXES.items()
    }
    example |= {"mask": torch.ones(2, 5, dtype=torch.bool), "last": torch.tensor([1, 4])}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy exporter announces its retirement; the new one's graph is slower
        torch.onnx.export(
            Served(model).eval(),
            tuple(example[input_] for input_ in INPUTS),
            folder / "model.onnx",
            input_names=list(INPUTS),
            output_names=["scores"],
            dynamic_axes={**AXES, "scores": {0: "questions", 1: "candidates"}},
            opset_version=OPSET,
            dynamo=False,
        )
    keep_in_half(folder / "model.onnx")
    version = sha256((folder / "model.onnx").read_bytes()).hexdigest()[:12]
    labels = {"width": width, "model": name, "version": version, "shape": asdict(model.network.shape)}
    (folder / "labels.json").write_text(json.dumps(labels) + "\n", encoding="utf-8")
    return version


_VECTORS = ("nodes", "candidates")
