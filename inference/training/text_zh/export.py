"""The trained Chinese model as what Triton serves: two ONNX graphs, the vocabulary and the labels.

The encoder's products are in int8, scaled anew for each window, so a window's result does not depend on others. What is
not a product by a table of weights is kept in half precision, and worked out in single precision.
"""

import json
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from inference.text_extraction_zh.units import FEATURES
from inference.training.common.half import keep_in_half
from inference.training.text.export.files import export_graph
from inference.training.text.export.lean import LeanLayer
from inference.training.text_zh.encoder import MAX_PIECES
from inference.training.text_zh.labels import (
    ENTITY_TYPES,
    GRAPH_RELATIONS,
    MODALITIES,
    ONTOLOGY,
    PLANS,
    RELATIONS,
    SYMMETRIC,
)
from inference.training.text_zh.model import ChineseModel


class _Window(nn.Module):
    """The encoder and the emission head over one window."""

    def __init__(self, model: ChineseModel) -> None:
        super().__init__()
        self.encoder, self.tags = model.encoder, model.tags
        self.lower = nn.ModuleList(map(LeanLayer, model.encoder.lower))
        self.upper = nn.ModuleList(map(LeanLayer, model.encoder.upper))
        self.table = nn.Parameter(model.encoder.positions.weight.detach()[None].clone())

    def forward(self, input_ids: Tensor, case_ids: Tensor) -> tuple[Tensor, Tensor]:
        x = self.encoder.words(input_ids) + self.table[:, : input_ids.shape[1]]
        x = self.encoder.norm(x)[0]
        for layer in self.lower:
            x = layer(x)
        x = x + self.encoder.features(case_ids)[0]
        for layer in self.upper:
            x = layer(x)
        names = self.encoder.lac(input_ids)[0]
        return self.tags(torch.cat([x, names], dim=1))[None], x[None]


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
    encoder, plain = folder / "encoder.onnx", folder / "encoder.fp32.onnx"
    _write(
        _Window(model).eval(),
        (units, units),
        plain,
        inputs={"input_ids": {1: "units"}, "case_ids": {1: "units"}},
        outputs={"emissions": {1: "units"}, "hidden": {1: "units"}},
    )
    quantize_dynamic(plain, encoder, per_channel=True, reduce_range=False, weight_type=QuantType.QInt8)
    plain.unlink()
    keep_in_half(encoder)
    pairs = folder / "pairs.onnx"
    _write(
        model.pairs.eval(),
        (torch.zeros(9, model.shape.width), torch.tensor([[1, 2, 4, 5], [4, 5, 1, 2]])),
        pairs,
        inputs={"units": {0: "units"}, "pairs": {0: "pairs"}},
        outputs={"scores": {0: "pairs"}},
    )
    keep_in_half(pairs)
    (folder / "vocabulary.json").write_text(json.dumps(pieces, ensure_ascii=False) + "\n", encoding="utf-8")
    write_labels(model, len(pieces), folder, line=line, version=version)


def write_labels(model: ChineseModel, pieces: int, folder: Path, *, line: tuple[float, float], version: str) -> None:
    """Writes `labels.json` alone; arguments as for `export`, but only the number of pieces."""
    labels = labels_of(model, pieces, line, version)
    text = json.dumps(labels, ensure_ascii=False, separators=(",", ":"))
    (folder / "labels.json").write_text(f"{text}\n", encoding="utf-8")


def labels_of(model: ChineseModel, pieces: int, line: tuple[float, float], version: str) -> dict[str, Any]:
    """Returns what the server needs besides the graphs."""
    known = (ONTOLOGY.get(name) for name in RELATIONS)
    return {
        "version": version,
        "entity_types": list(ENTITY_TYPES),
        "relations": list(GRAPH_RELATIONS),
        "modalities": list(MODALITIES),
        "symmetric": sorted(SYMMETRIC),
        "related_types": ["organization"],
        "class_names": list(RELATIONS),
        "classes": [entry and [GRAPH_RELATIONS.index(entry[0]), entry[1]] for entry in known],
        "plans": [name in PLANS for name in RELATIONS],
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
    export_graph(module, example, path, names=[*inputs], outputs=[*outputs], axes=inputs | outputs)
