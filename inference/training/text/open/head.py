"""The scorer of added relations: a pair's vector and context against a relation's label, and how it is trained.

After prototype and matching approaches to zero-shot relation extraction (Chen and Li 2021, ZS-BERT; Zhao et al. 2023,
RE-Matching): pair and label meet in one space, where a learned threshold decides. One part compares what the pair head
makes of the pair with the label; the other, the words around the pair with the label, through one map for both, because
both come from the same encoder.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from inference.training.common import loop
from inference.training.common.loop import Rounds, descend
from inference.training.common.run_folder import Nowhere
from inference.training.text.model import adaptive_threshold_loss
from inference.training.text.open.data import OpenPairs

Floats = npt.NDArray[np.float32]


class Scorer(nn.Module):
    """Scores pairs against labels."""

    def __init__(self, hidden: int, width: int, *, inner: int = 256, space: int = 128) -> None:
        """Starts untrained.

        Args:
            hidden: Width of the pair vectors.
            width: Width of the encoder's vectors.
            inner: Units of the hidden layers.
            space: Dimensions in which pair and label meet.
        """
        super().__init__()
        self.hidden, self.width = hidden, width
        self.scale: float = space**-0.5
        self.register_buffer("usual_context", torch.zeros(width))
        self.register_buffer("usual_label", torch.zeros(width))
        self.pair = nn.Sequential(nn.Dropout(0.2), nn.Linear(hidden + width, inner), nn.ReLU(), nn.Dropout(0.2))
        self.place = nn.Linear(inner, space)
        self.ease = nn.Linear(inner, 1)
        self.label = nn.Sequential(nn.Dropout(0.1), nn.Linear(width, inner), nn.ReLU(), nn.Linear(inner, space))
        self.shared = nn.Linear(width, space, bias=False)
        nn.init.orthogonal_(self.shared.weight)
        self.weight = nn.Parameter(torch.tensor(5.0))

    def centre(self, contexts: Tensor, labels: Tensor) -> None:
        """Takes the means that every context and label is read against."""
        self.usual_context, self.usual_label = contexts.mean(dim=0), labels.mean(dim=0)

    def forward(self, vectors: Tensor, contexts: Tensor, labels: Tensor) -> Tensor:
        """Returns float [K, L]: scores of K pairs for L labels; above 0 the label holds rather than not.

        Args:
            vectors: float [K, hidden].
            contexts: float [K, width].
            labels: float [L, width].
        """
        around = contexts - self.usual_context
        meaning = functional.normalize(labels - self.usual_label, dim=1)
        pair = self.pair(torch.cat([vectors, around], dim=1))
        score = self.scale * self.place(pair) @ self.label(4 * meaning).T + self.ease(pair)
        words = functional.normalize(self.shared(around), dim=1)
        return score + self.weight * words @ functional.normalize(self.shared(meaning), dim=1).T


@dataclass(frozen=True)
class OpenPlan:
    """How to train.

    Attributes:
        epochs: Passes over the pairs.
        batch: Pairs in a batch.
        rate: Peak learning rate.
        without: Pairs without any relation for each one with a relation, drawn again in each epoch.
        seed: Decides batches and dropout.
    """

    epochs: int = 4
    batch: int = 512
    rate: float = 2e-3
    without: float = 2.0
    seed: int = 1


def fit(
    pairs: OpenPairs,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    labels: tuple[Floats, ...],
    how: OpenPlan,
) -> Scorer:
    """Trains a scorer.

    Args:
        pairs: The pairs.
        rows: Which of them to learn from.
        columns: Which relations to learn.
        labels: float32 [R, width] each relation's label; then the same said in other words, one of which stands in for
            it in every second batch.
        how: The plan.
    """
    torch.manual_seed(how.seed)
    rng = np.random.default_rng(how.seed)
    scorer = Scorer(pairs.vectors.shape[1], pairs.contexts.shape[1])
    said = [torch.from_numpy(each[columns]) for each in labels]
    scorer.centre(torch.from_numpy(pairs.contexts[rows].astype(np.float32)), said[0])
    optimizer = torch.optim.AdamW(scorer.parameters(), lr=how.rate, weight_decay=0.01)
    related = pairs.positive[np.ix_(rows, columns)].any(axis=1)
    some, none = rows[related], rows[~related]
    drawn = min(len(none), round(how.without * len(some)))
    steps = how.epochs * ((len(some) + drawn) // how.batch)

    def batches(_epoch: int) -> list[npt.NDArray[np.intp]]:
        order = rng.permutation(np.concatenate([some, rng.choice(none, drawn, replace=False)]))
        return [order[start : start + how.batch] for start in range(0, len(order) - how.batch + 1, how.batch)]

    def learn(chosen: npt.NDArray[np.intp], _step: int) -> float:
        meant = said[0] if rng.random() < 0.5 else said[rng.integers(len(said))]  # noqa: PLR2004  every second
        scores = scorer(*_inputs(pairs, chosen), meant)
        cells = np.ix_(chosen, columns)
        positive, known = torch.from_numpy(pairs.positive[cells]), torch.from_numpy(pairs.known[cells])
        loss = adaptive_threshold_loss(scores, positive, known) / len(chosen)
        return descend(loss, scorer, optimizer, norm=1.0)

    # Not seeded epoch by epoch: a run takes minutes and is never resumed.
    rounds = Rounds(how.epochs, batches, learn, schedule=lambda step: _rate(step, steps))
    loop.train(scorer, optimizer, rounds, Nowhere())
    return scorer


def scores(scorer: Scorer, pairs: OpenPairs, rows: npt.NDArray[np.intp], labels: Floats) -> Floats:
    """Returns float32 [rows, L]: scores before calibration."""
    with torch.no_grad():
        found: Floats = scorer(*_inputs(pairs, rows), torch.from_numpy(labels)).numpy()
    return found


def _inputs(pairs: OpenPairs, rows: npt.NDArray[np.intp]) -> tuple[Tensor, Tensor]:
    return torch.from_numpy(pairs.vectors[rows].astype(np.float32)), torch.from_numpy(
        pairs.contexts[rows].astype(np.float32)
    )


def _rate(step: int, steps: int) -> float:
    return min((step + 1) / 30, max(0.02, 1 - step / max(1, steps)))
