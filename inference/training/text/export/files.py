"""The trained model as ONNX: int8 for onnxruntime on a CPU, fp16 for TensorRT on a GPU.

The encoder's graph comes from the legacy exporter and stays unfused; the weights are quantised per channel.
"""

import json
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import Tensor, nn

from inference.text.language.words import WordTokenizer
from inference.training.common.calibrate import Calibration, Line
from inference.training.common.half import keep_in_half
from inference.training.text.annotated.reading import MODALITIES
from inference.training.text.export.lean import MAX_PIECES, LeanEncoder
from inference.training.text.export.pairs import LeanPairs
from inference.training.text.model import JointModel
from inference.training.text.outputs import outputs_of
from inference.training.text.pairs import BUCKETS
from inference.training.text.second_reading.network import states
from inference.training.text.sources.anaphors import table
from inference.training.text.tags import begin
from topology.ontology import HAPPENING, Ontology

Precision = Literal["int8", "fp32", "fp16"]
OPSET = 17

SECOND_LAYERS = 3
"""Layers of the second reading, which begin as copies of the encoder's last ones (docs/decisions/0073)."""

TRIGGER_LEAN = 1.0
"""Added to the score of each step that begins a trigger: readers name three happenings of a text at most, and the model
learns to be even more sparing. Chosen on the dev part of the annotated news (docs/decisions/0057)."""


class _Emitter(nn.Module):
    """The encoder with the emission head over windows of equal length."""

    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self.encoder, self.emissions = model.encoder, model.emissions

    def forward(self, input_ids: Tensor, case_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        read = states(self.encoder, SECOND_LAYERS, input_ids, case_ids)
        hidden = self.encoder.layers[-1](read[-1], None)
        return self.emissions(hidden), hidden, read.transpose(0, 1)


class _OneWindow(nn.Module):
    """The same for exactly one window, with a graph a third smaller: see `LeanEncoder`."""

    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self.encoder, self.emissions = LeanEncoder(model.encoder), model.emissions

    def forward(self, input_ids: Tensor, case_ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        *_, x = every = self.encoder(input_ids, case_ids)
        return self.emissions(x)[None], x[None], torch.stack(every[-1 - SECOND_LAYERS : -1])[None]


def export_encoder(model: JointModel, path: Path, precision: Precision) -> None:
    """Writes the encoder and the emission head: `input_ids` and `case_ids` int32 to `emissions`, `hidden` and `states`.

    `int8` and `fp32` read one window, [1, P] to [1, P, T], [1, P, width] and, for the second reading, what the last
    layers read, [1, layers, P, width]. `fp16`, meant for a GPU, reads B windows of equal length.
    """
    single = precision != "fp16"
    inputs = (torch.ones(1 if single else 2, 9, dtype=torch.int32),) * 2
    names = ["input_ids", "case_ids"]
    axes = {1: "pieces"} if single else {0: "windows", 1: "pieces"}
    of_states = {2: "pieces"} if single else {0: "windows", 2: "pieces"}
    plain = path.with_suffix(".fp32.onnx") if precision != "fp32" else path
    module = _OneWindow(model) if single else _Emitter(model)
    outputs = ["emissions", "hidden", "states"]
    dynamic = dict.fromkeys([*names, *outputs], axes) | {"states": of_states}
    export_graph(module.eval(), inputs, plain, names=names, outputs=outputs, axes=dynamic)
    if precision == "int8":
        quantize_dynamic(plain, path, per_channel=True, reduce_range=False, weight_type=QuantType.QInt8)
    elif precision == "fp16":
        _halve(plain, path)
    if plain != path:
        plain.unlink()


def export_pairs(model: JointModel, path: Path) -> None:
    """Writes the pair head, lean; inputs and output as in `PairHead.forward`, for the pairs of one window."""
    first = torch.zeros(3, dtype=torch.int64)
    types = model.pairs.types.in_features
    inputs = (
        torch.zeros(7, model.emissions.in_features),
        first,
        first,
        torch.zeros(2, 3),
        torch.zeros(2, types),
        torch.tensor([[0, 1], [1, 0]]),
        torch.zeros(2, dtype=torch.int64),
        torch.zeros(2, 4, dtype=torch.int64),
        torch.zeros(7, dtype=torch.int64),
    )
    names = ["words", "first", "last", "pool", "kinds", "pairs", "steps", "spans", "covers"]
    axes = {
        "words": {0: "words"},
        "first": {0: "mentions"},
        "last": {0: "mentions"},
        "pool": {0: "entities", 1: "mentions"},
        "kinds": {0: "entities"},
        "pairs": {0: "pairs"},
        "steps": {0: "pairs"},
        "spans": {0: "pairs"},
        "covers": {0: "words"},
        "scores": {0: "pairs"},
        "modality": {0: "pairs"},
    }
    outputs = ["scores", "modality"]
    export_graph(LeanPairs(model.pairs).eval(), inputs, path, names=names, outputs=outputs, axes=axes)
    keep_in_half(path)


def export_triggers(model: JointModel, path: Path) -> None:
    """Writes the trigger head, if the model has one; inputs and outputs as in `TriggerHead.forward`."""
    if model.triggers is None:
        path.unlink(missing_ok=True)
        return
    first = torch.zeros(2, dtype=torch.int64)
    names, outputs = ["words", "first", "last"], ["classes", "modality"]
    axes = {"words": {0: "words"}} | {name: {0: "triggers"} for name in (*names[1:], *outputs)}
    inputs = torch.zeros(7, model.emissions.in_features), first, first
    export_graph(model.triggers.eval(), inputs, path, names=names, outputs=outputs, axes=axes)
    keep_in_half(path)


def write_labels(
    model: JointModel, ontology: Ontology, tokenizer: Path, path: Path, *, calibration: Calibration, version: str
) -> None:
    """Writes what the server needs besides the graphs: labels, transitions, type constraints, anaphors, calibration.

    Which classes and roles of happenings the weights know is there only if they know any.
    """
    outputs = outputs_of(ontology)
    labels = {
        "version": version,
        "entity_types": list(outputs.types),
        "relations": list(outputs.relations),
        "modalities": list(MODALITIES),
        "domains": {r.id: list(r.domain) for r in ontology.relations},
        "ranges": {r.id: list(r.range) for r in ontology.relations},
        "calibration": _lines(calibration.relations),
        "mention_calibration": asdict(calibration.mentions),
        "distance_buckets": list(BUCKETS),
        "max_pieces": MAX_PIECES,
        "anaphora": table(WordTokenizer(tokenizer)),
        "transitions": _transitions(model, outputs.types),
    }
    if outputs.classes:
        labels["happenings"] = {
            "classes": list(outputs.classes),
            "roles": list(outputs.roles),
            "fillers": {h.id: {role.role: list(role.types) for role in h.roles} for h in ontology.happenings},
            "calibration": asdict(calibration.triggers),
        }
    path.write_text(json.dumps(labels, separators=(",", ":")) + "\n", encoding="utf-8")


def _transitions(model: JointModel, types: Sequence[str]) -> list[list[float]]:
    """Returns float [T + 1, T], the CRF's transitions, leaning towards triggers."""
    scores = model.crf.scores().detach().clone()
    if HAPPENING in types:
        scores[:, begin(types.index(HAPPENING))] += TRIGGER_LEAN
    return [[round(x, 5) for x in row] for row in scores.tolist()]


def _lines(lines: Sequence[Line]) -> dict[str, list[float]]:
    return {"slope": [line.slope for line in lines], "offset": [line.offset for line in lines]}


def export_all(
    model: JointModel, ontology: Ontology, tokenizer: Path, folder: Path, *, calibration: Calibration, version: str
) -> None:
    """Writes the version folder that Triton serves: graphs, `labels.json` and `tokenizer.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    export_encoder(model, folder / "encoder.onnx", "int8")
    export_pairs(model, folder / "pairs.onnx")
    export_triggers(model, folder / "triggers.onnx")
    write_labels(model, ontology, tokenizer, folder / "labels.json", calibration=calibration, version=version)
    if tokenizer.resolve() != (folder / "tokenizer.json").resolve():
        shutil.copyfile(tokenizer, folder / "tokenizer.json")


def export_graph(
    module: nn.Module,
    inputs: tuple[Tensor, ...],
    path: Path,
    *,
    names: Sequence[str],
    outputs: Sequence[str],
    axes: dict[str, dict[int, str]],
) -> None:
    """Writes a module's graph.

    Args:
        module: The module, in evaluation mode.
        inputs: An example of its inputs.
        path: The file.
        names: Names of the inputs.
        outputs: Names of the outputs.
        axes: Which axes of each are of any length, and what that length is called.
    """
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the legacy exporter announces its retirement; the new one's graph is slower
        torch.onnx.export(
            module,
            inputs,
            path,
            input_names=list(names),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


def _halve(plain: Path, path: Path) -> None:
    """Turns every float tensor of a graph to fp16, inputs being integers and outputs fp16 too."""
    onnx.save(convert_float_to_float16(onnx.load(plain), keep_io_types=False), path)
