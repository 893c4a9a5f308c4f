"""Training of any link model: Adagrad over whole questions, a checkpoint every few epochs to go on from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from inference.research.graph_completion.link_model import LinkModel
from inference.research.graph_completion.questions import Questions
from inference.research.graph_completion.ranking import ranks
from inference.training.common import loop
from inference.training.common.loop import Rounds, StepReport, Validation, descend, ignore
from inference.training.common.ranks import KnownAnswers, Ranking, summary
from inference.training.common.run_folder import InFolder, InMemory
from inference.training.links.knowledge_graph import KnowledgeGraph, Triples


@dataclass(frozen=True)
class CompletionTrainingPlan:
    """How to train.

    Attributes:
        epochs: Passes over the questions at most.
        batch: Questions in a batch.
        rate: Learning rate of embeddings.
        inner: Learning rate of all else.
        every: Epochs between two looks at the validation split, each with a checkpoint.
        patience: Looks without a better one after which training ends; 0 for never.
        judged: Validation triples looked at, the same each time.
        seed: Decides weights, batches and dropout.
    """

    epochs: int = 50
    batch: int = 512
    rate: float = 0.1
    inner: float = 0.05
    every: int = 2
    patience: int = 3
    judged: int = 2000
    seed: int = 1


@dataclass(frozen=True)
class CompletionRun:
    """What the header of a run's checkpoints says, in plain values; a folder is resumed by the same run only.

    Attributes:
        model: Name of the model, as in `models.MODELS`.
        graph: Name of the set, its entities, relations and training triples.
        modalities: What is known of the entities besides triples.
        shape: Sizes and weights.
        plan: The plan it is trained by.
    """

    model: str
    graph: tuple[str, int, int, int]
    modalities: tuple[str, ...]
    shape: dict[str, Any]
    plan: dict[str, Any]


def train(
    model: LinkModel,
    graph: KnowledgeGraph,
    known: KnownAnswers,
    how: CompletionTrainingPlan,
    report: Callable[[StepReport[Ranking]], None] = ignore,
    *,
    work: Path | None = None,
    run: CompletionRun | None = None,
) -> None:
    """Trains a model in place; with a work folder it goes on where an earlier run of the same plan stopped.

    The result is the same whether or not it was stopped in between. The model ends with the weights that scored best on
    the validation split (without one, with the last).

    Args:
        model: The untrained model.
        graph: The graph; only its training triples are learned from.
        known: Right answers of all splits, for filtered ranks.
        how: The plan.
        report: Called after each step.
        work: Folder for checkpoints.
        run: What their headers say; needed with a work folder.
    """
    questions, judged = Questions(graph), _judged(graph, how)
    optimizer = torch.optim.Adagrad(_groups(model, how))

    def batches(_epoch: int) -> Sequence[torch.Tensor]:
        found: Sequence[torch.Tensor] = torch.randperm(len(questions)).split(how.batch)
        return found

    def learn(rows: torch.Tensor, _step: int) -> float:
        # Switched off explicitly: Adagrad makes sparse tensors, and PyTorch warns where nobody has chosen.
        with torch.sparse.check_sparse_tensor_invariants(enable=False):
            return descend(model.loss(questions.batch(rows)), model, optimizer)

    def ends(epoch: int) -> bool:
        return (epoch + 1) % how.every == 0 or epoch + 1 == how.epochs

    def judge() -> Ranking:
        return summary(ranks(model, judged, len(graph.relations), known))

    loop.train(
        model,
        optimizer,
        Rounds(how.epochs, batches, learn, how.seed, ends=ends),
        InFolder(work, run) if work and run else InMemory(),
        validation=Validation(judge, lambda ranking: ranking.mrr, how.patience, always_newest=not len(judged)),
        report=report,
    )


def _judged(graph: KnowledgeGraph, how: CompletionTrainingPlan) -> Triples:
    """Returns the validation triples that are evaluated, the same each time."""
    order = np.random.default_rng(how.seed).permutation(len(graph.valid))
    return graph.valid[np.sort(order[: how.judged])]


def _groups(model: nn.Module, how: CompletionTrainingPlan) -> list[dict[str, object]]:
    embedded = {id(p) for m in model.modules() if isinstance(m, nn.Embedding) for p in m.parameters()}
    groups: list[dict[str, object]] = []
    for wanted, rate in ((True, how.rate), (False, how.inner)):
        chosen = [p for p in model.parameters() if p.requires_grad and (id(p) in embedded) == wanted]
        if chosen:
            groups.append({"params": chosen, "lr": rate})
    return groups
