"""The models of the suggestion report: the one that is served, and parts of it trained for comparison."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from inference.evaluation.report import Context
from inference.graph.client import LINK_MODEL
from inference.graph.inputs import Floats
from inference.served import served_code
from inference.training.links import run
from inference.training.links.batches import Asking
from inference.training.links.model import Question
from inference.training.links.ranking import Score, model_score
from inference.training.links.run import Given
from inference.training.links.trainer import Plan
from topology.settings import settings

QUICK_ARTICLES = 2400
AT_ONCE = 1500
"""Candidates that the served model is given at once: all roles of each are computed."""

PARTS = {
    "counts alone": {"vectors": False},
    "vectors and neighbours alone": {"counts": False},
}


def given(feed: Path, context: Context) -> Given:
    """Returns the snapshots; what is read is kept in the cache folder."""
    context.tell("the own graph")
    return run.load(feed, settings(), limit=QUICK_ARTICLES if context.quick else None)


def some(asking: Asking, context: Context) -> list[int] | None:
    """Returns the entities whose suggestions are judged: all, or in the quick form a few."""
    return np.flatnonzero(asking.of.seen.any(axis=1))[::20].tolist() if context.quick else None


class Served:
    """The version folder that Triton loads, in this process."""

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or settings().models / LINK_MODEL / "1"
        served = served_code(folder, "link_scores")
        told = json.loads((folder / "labels.json").read_bytes())
        self._model: Any = served.LinkScores(told, served.session(folder, 1))

    def ask(self, question: Question) -> Tensor:
        """Returns the probabilities, float [B, C, R]."""
        feeds = {field.name: getattr(question, field.name).numpy() for field in fields(Question)}
        return torch.from_numpy(self._model.of(feeds)[1])

    def score(self, asking: Asking) -> Score:
        """Returns how the model scores all entities of a snapshot."""

        def score(entity: int, roles: list[int]) -> Floats:
            whole = asking.whole(entity)
            parts = []
            for start in range(0, len(asking.of), AT_ONCE):
                some = slice(start, start + AT_ONCE)
                wide = ("candidates", "types", "candidate_roles", "candidate_activity", "met", "known")
                part = replace(whole, **{name: getattr(whole, name)[:, some] for name in wide})
                parts.append(self.ask(part)[0, :, roles].T.numpy())
            return np.concatenate(parts, axis=1)

        return score  # type: ignore[return-value]


def parts(given: Given, context: Context) -> dict[str, Score]:
    """Returns models that lack a part of the served one, trained the same way."""
    found = {}
    for name, lacking in PARTS.items():
        context.tell(f"training: {name}")
        shape = replace(run.shape_of(given.words), **lacking)
        work = settings().state / "links" / name.replace(" ", "-")
        model, _ = run.run(given, Plan(), work, shape=shape)
        found[name] = model_score(model, given.test)
    return found
