"""The trained Chinese model as what Triton serves: two ONNX graphs, the vocabulary and the labels."""

import json
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from inference.text_extraction_zh.units import FEATURES
from inference.training.text.export.files import OPSET
from inference.training.text_zh.labels import ENTITY_TYPES, GRAPH_RELATIONS, ONTOLOGY, RELATIONS, SYMMETRIC
from inference.training.text_zh.model import ChineseModel

MAX_PIECES = 192


class _Window(nn.Module):
    """The encoder and the emission head over one window."""

    def __init__(self, model: ChineseModel) -> None:
        super().__init__()
        self.encoder, self.emissions = model.encoder, model.emissions

    def forward(self, input_ids: Tensor, case_ids: Tensor) -> tuple[Tensor, Tensor]:
        units = self.encoder(input_ids, case_ids)
        return self.emissions(units), units


def export(model: ChineseModel, pieces: list[str], folder: Path, *, line: tuple[float, float], version: str) -> None:
    """Writes `encoder.onnx`, `pairs.onnx`, `vocabulary.json` and `labels.json` into a version folder.

    `encoder.onnx` takes `input_ids` and `case_ids` int32 [1, n] to `emissions` [1, n, T] and `hidden` [1, n, width];
    `pairs.onnx` takes `units` [n, width] and `pairs` int64 [K, 4] to `scores` [K, classes].

    Args:
        model: The trained model.
        pieces: Its vocabulary.
        folder: Where to.
        line: Slope and offset of the relations' calibration: probability = sigmoid(slope * log-odds + offset).
        version: The version that triples will name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    units = torch.ones(1, 9, dtype=torch.int32)
    _write(
        _Window(model).eval(),
        (units, units),
        folder / "encoder.onnx",
        inputs={"input_ids": {1: "units"}, "case_ids": {1: "units"}},
        outputs={"emissions": {1: "units"}, "hidden": {1: "units"}},
    )
    _write(
        model.pairs.eval(),
        (torch.zeros(9, model.emissions.in_features), torch.tensor([[1, 2, 4, 5], [4, 5, 1, 2]])),
        folder / "pairs.onnx",
        inputs={"units": {0: "units"}, "pairs": {0: "pairs"}},
        outputs={"scores": {0: "pairs"}},
    )
    (folder / "vocabulary.json").write_text(json.dumps(pieces, ensure_ascii=False) + "\n", encoding="utf-8")
    labels = labels_of(model, len(pieces), line, version)
    (folder / "labels.json").write_text(
        json.dumps(labels, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )


def labels_of(model: ChineseModel, pieces: int, line: tuple[float, float], version: str) -> dict[str, Any]:
    """Returns what the server needs besides the graphs."""
    known = (ONTOLOGY.get(name) for name in RELATIONS)
    return {
        "version": version,
        "entity_types": list(ENTITY_TYPES),
        "relations": list(GRAPH_RELATIONS),
        "symmetric": sorted(SYMMETRIC),
        "related_types": ["organization"],
        "class_names": list(RELATIONS),
        "classes": [entry and [GRAPH_RELATIONS.index(entry[0]), entry[1]] for entry in known],
        "vocabulary": pieces,
        "features": FEATURES,
        "max_pieces": MAX_PIECES,
        "calibration": {"slope": line[0], "offset": line[1]},
        "transitions": [[round(x, 5) for x in row] for row in model.crf.scores().tolist()],
    }


def _write(
    module: nn.Module,
    example: tuple[Tensor, ...],
    path: Path,
    *,
    inputs: dict[str, dict[int, str]],
    outputs: dict[str, dict[int, str]],
) -> None:
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy exporter announces its retirement
        torch.onnx.export(
            module,
            example,
            path,
            input_names=[*inputs],
            output_names=[*outputs],
            dynamic_axes=inputs | outputs,
            opset_version=OPSET,
            dynamo=False,
        )
