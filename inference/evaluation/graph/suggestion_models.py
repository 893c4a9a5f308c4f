"""The models of the suggestion report: the one that is served, and the one that it was exported from."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from inference.evaluation.report import Context
from inference.link_prediction.client import LINK_MODEL
from inference.training.common.calibrate import Line
from inference.training.links import run
from inference.training.links.batches import Asking
from inference.training.links.judged import judged, logits
from inference.training.links.model import InductiveLinks
from inference.training.links.question import Question
from inference.training.links.run import Given
from inference.triton.served_code import served_code
from topology.settings import settings

QUICK_ARTICLES = 2400
SAMPLE = 100
"""About how many entities the trained model and the served file are compared on."""


def given(feed: Path, context: Context) -> Given:
    """Returns the snapshots; what is read is kept in the cache folder."""
    context.log("the own graph")
    return run.load(feed, settings(), limit=QUICK_ARTICLES if context.quick else None)


def some(asking: Asking, context: Context) -> list[int] | None:
    """Returns the entities whose suggestions are judged: all, or in the quick form a few."""
    return np.flatnonzero(asking.of.seen.any(axis=1))[::20].tolist() if context.quick else None


class Served:
    """The version folder that Triton loads, in this process.

    Attributes:
        line: Its calibration.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or settings().models / LINK_MODEL / "1"
        served = served_code(folder, "link_scores")
        labels = json.loads((folder / "labels.json").read_bytes())
        self.line = Line(**labels["calibration"])
        self._model: Any = served.LinkScores(labels, served.session(folder, 1))

    def ask(self, question: Question) -> Tensor:
        """Returns the probabilities, float [B, C, R]."""
        feeds = {field.name: getattr(question, field.name).numpy() for field in fields(Question)}
        return torch.from_numpy(self._model.of(feeds)[1])


def apart(model: InductiveLinks, line: Line, served: Served, asking: Asking) -> float:
    """Returns the largest difference of a probability of the served file from the model's, for some entities."""
    some_ = np.flatnonzero(asking.of.seen.any(axis=1))[:: max(1, len(asking.of) // SAMPLE)].tolist()
    mine, theirs = judged(logits(model), asking, some_), judged(served.ask, asking, some_)
    scores = 1 / (1 + np.exp(-(line.slope * mine.scores.astype(np.float64) + line.offset)))
    return float(np.abs(scores - theirs.scores).max())
