"""The trained link model as ONNX, calibrated, with the types' constraints inside."""

import json
import warnings
from dataclasses import fields
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.link_prediction.inputs import Words
from inference.link_prediction.question import MOST_NEIGHBOURS
from inference.training.common.calibrate import Line
from inference.training.common.half import keep_in_half
from inference.training.links.model import InductiveLinks
from inference.training.links.question import Question
from inference.training.links.snapshots import HORIZON
from inference.training.links.words import Allowed
from inference.training.text.export.files import OPSET
from topology.graph.vectors import CONTEXT_WIDTH, OWN_WIDTH

NAMES = tuple(field.name for field in fields(Question))
_WIDE = {"candidates", "types", "candidate_roles", "candidate_activity", "met", "known"}


class ServedLinks(nn.Module):
    """The inputs of `Question` to context vectors, probabilities and the neighbours' weights."""

    def __init__(self, model: InductiveLinks, line: Line, allowed: Allowed) -> None:
        super().__init__()
        self.model, self.line = model, line
        table = torch.from_numpy(allowed).permute(1, 2, 0).flatten(0, 1).to(torch.float32)
        self.register_buffer("allowed", table)
        self.types = allowed.shape[1]

    def forward(self, *inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns float [B, width] of length one, [B, C, R], zero where the types do not allow it, and [B, K]."""
        question = Question(*inputs)
        context, weights = self.model.context(question)
        logits = self.model(question, context)
        may = self.allowed[question.type[:, None] * self.types + question.types]
        probabilities = torch.sigmoid(self.line.slope * logits + self.line.offset) * may
        return functional.normalize(context, dim=1), probabilities, weights


def export(served: ServedLinks, words: Words, folder: Path, version: str) -> None:
    """Writes `model.onnx` and `labels.json` into a version folder."""
    folder.mkdir(parents=True, exist_ok=True)
    line = served.line
    axes = {name: {0: "questions"} | ({1: "candidates"} if name in _WIDE else {}) for name in NAMES}
    outputs = {"context": {0: "questions"}, "weights": {0: "questions"}}
    outputs["probabilities"] = {0: "questions", 1: "candidates"}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy exporter announces its retirement, the tracer constant shapes
        torch.onnx.export(
            served.eval(),
            _sample(words),
            folder / "model.onnx",
            input_names=list(NAMES),
            output_names=["context", "probabilities", "weights"],
            dynamic_axes=axes | outputs,
            opset_version=OPSET,
            dynamo=False,
        )
    keep_in_half(folder / "model.onnx")
    labels = {
        "version": version,
        "relations": words.relations,
        "types": words.types,
        "width": OWN_WIDTH,
        "context": CONTEXT_WIDTH,
        "days": HORIZON.days,
        "calibration": {"slope": round(line.slope, 5), "offset": round(line.offset, 5)},
    }
    (folder / "labels.json").write_text(json.dumps(labels, separators=(",", ":")) + "\n", encoding="utf-8")


def _sample(words: Words) -> tuple[Tensor, ...]:
    many, wide, roles = 2, 3, words.roles
    whole = torch.int64
    return (
        torch.rand(many, OWN_WIDTH),
        torch.zeros(many, dtype=whole),
        torch.ones(many, roles),
        torch.ones(many, 2),
        torch.rand(many, MOST_NEIGHBOURS, OWN_WIDTH),
        torch.zeros(many, MOST_NEIGHBOURS, dtype=whole),
        torch.ones(many, MOST_NEIGHBOURS, dtype=torch.bool),
        torch.rand(many, wide, OWN_WIDTH),
        torch.zeros(many, wide, dtype=whole),
        torch.ones(many, wide, roles),
        torch.ones(many, wide, 2),
        torch.ones(many, wide, 3),
        torch.zeros(many, wide, roles),
    )
