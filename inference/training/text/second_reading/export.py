"""The trained second reading as ONNX for one window, int8; and its calibration."""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from inference.training.common import calibrate
from inference.training.common.calibrate import Line
from inference.training.text.dataset import Example
from inference.training.text.export.files import export_graph
from inference.training.text.measure.relations import Cells, judged_cells
from inference.training.text.second_reading.lean import LeanReading
from inference.training.text.second_reading.network import MARKERS, SecondReading
from inference.training.text.served import Served

FILE = "second_reading.onnx"
SHARE = 0.5
"""Weight of the second reading's score; the rest is the first one's. Chosen on the dev part of the annotated news."""

_NEWS = "annotated"


def export_second_reading(model: SecondReading, path: Path, *, int8: bool = True) -> None:
    """Writes the graph: `states`, `kinds` and `places` to `scores` float [K, R] and `modality` float [K, M]."""
    width = model.marks.weight.shape[1]
    markers = torch.zeros(2 * MARKERS, dtype=torch.int64)
    plain = path.with_suffix(".fp32.onnx") if int8 else path
    export_graph(
        LeanReading(model).eval(),
        (torch.zeros(model.shape.layers, 9, width), markers, markers),
        plain,
        names=["states", "kinds", "places"],
        outputs=["scores", "modality"],
        axes={
            "states": {1: "pieces"},
            **{name: {0: "markers"} for name in ("kinds", "places")},
            **{name: {0: "pairs"} for name in ("scores", "modality")},
        },
    )
    if int8:
        quantize_dynamic(plain, path, per_channel=True, reduce_range=False, weight_type=QuantType.QInt8)
        plain.unlink()


def write_labels(folder: Path, layers: int, lines: Iterable[Line], version: str | None = None) -> None:
    """Says in a version folder's `labels.json` that there is a second reading, and how its scores are to be taken."""
    path = folder / "labels.json"
    labels = json.loads(path.read_text(encoding="utf-8"))
    kept = tuple(lines)
    labels["second_reading"] = {
        "layers": layers,
        "share": SHARE,
        "slope": [line.slope for line in kept],
        "offset": [line.offset for line in kept],
    }
    labels["version"] = version or labels["version"]
    path.write_text(json.dumps(labels, separators=(",", ":")) + "\n", encoding="utf-8")


def calibrated(folder: Path, code: Path, dev: list[Example], log: Callable[[str], None]) -> tuple[Line, ...]:
    """Returns a line for each relation and role, from the held-out pairs that are read a second time.

    Args:
        folder: A version folder whose second reading is not calibrated yet.
        code: The version folder whose code reads it.
        dev: Held-out examples.
        log: Called with a line on the result.
    """
    served = Served(folder, code, threads=2)
    both = list(_cells(served, dev))
    served.reader.second.known = False
    first = np.concatenate([cell.scores for cell in _cells(served, dev)])
    scores, truth, relations = (
        np.concatenate([getattr(cell, part) for cell in both]) for part in ("scores", "truth", "relations")
    )
    again = first >= served.likely
    logits = calibrate.log_odds(scores[again])
    log(f"calibrated on {len(logits)} judged pairs: {calibrate.platt(logits, truth[again])} and around it")
    return calibrate.by_relation(logits, truth[again], relations[again], len(served.relations) + len(served.roles))


def _cells(served: Served, dev: list[Example]) -> Iterator[Cells]:
    """Yields the judged cells of annotated news, in which alone all that is stated is known."""
    return (cell for cell in judged_cells(served, dev) if cell.source == _NEWS)
