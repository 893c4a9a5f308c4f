"""From a trained Chinese model to the version folder that Triton serves: export, calibration, labels."""

from pathlib import Path

import numpy as np

from inference.training.common.calibrate import platt
from inference.training.text_zh.data import Sentence
from inference.training.text_zh.export import export, write_labels
from inference.training.text_zh.measure import Served, judged
from inference.training.text_zh.model import ChineseModel


def finish(model: ChineseModel, pieces: list[str], folder: Path, finre: list[Sentence], version: str) -> None:
    """Writes a version folder whose relations' confidence is right on held-out sentences.

    Args:
        model: The trained model.
        pieces: Its vocabulary.
        folder: The version folder; `zh_reader.py` must be in it.
        finre: Sentences that it was not trained on.
        version: The version that triples will name.
    """
    export(model, pieces, folder, line=(1.0, 0.0), version=version)
    shares, truth = judged(Served(folder), finre)
    odds = np.log(np.clip(shares, 1e-6, None) / np.clip(1 - shares, 1e-6, None))
    line = platt(odds, truth)
    write_labels(model, len(pieces), folder, line=(line.slope, line.offset), version=version)
