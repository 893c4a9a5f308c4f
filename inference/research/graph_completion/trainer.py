"""Training of any link model: Adagrad over whole questions, a checkpoint every few epochs to go on from."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from inference.research.graph_completion.link_model import LinkModel
from inference.research.graph_completion.questions import Questions
from inference.research.graph_completion.ranking import ranks
from inference.training.common import epochs
from inference.training.common.epochs import Report
from inference.training.common.network_checkpoint import About, Stand, load_best
from inference.training.common.ranks import Known, Ranking, summary
from inference.training.links.knowledge_graph import KnowledgeGraph, Triples


@dataclass(frozen=True)
class Plan:
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


def train(
    model: LinkModel,
    graph: KnowledgeGraph,
    known: Known,
    how: Plan,
    tell: Callable[[Report[Ranking]], None] = lambda _: None,
    *,
    work: Path | None = None,
    about: About | None = None,
) -> None:
    """Trains a model in place; with a work folder it goes on where an earlier run of the same plan stopped.

    The result is the same whether or not it was stopped in between. The weights that stood best on the validation split
    are the model's in the end (the last ones where there is no validation split).

    Args:
        model: The model as it starts.
        graph: The graph; only its training triples are learnt from.
        known: Right answers of all splits, for filtered ranks.
        how: The plan.
        tell: Called after each step.
        work: Folder for checkpoints.
        about: What the checkpoints say of the model; needed with a work folder.
    """
    questions, judge = Questions(graph), _judge(graph, how)
    optimizer = torch.optim.Adagrad(_groups(model, how))
    keeper = _InFolder(work, about) if work and about else _InMemory()
    stand = keeper.begin(model, optimizer)
    began, step = time.monotonic(), stand.step
    for epoch in range(stand.epoch, how.epochs):
        if _ended(stand, how):
            break
        # Seeded epoch by epoch, so that a run that was stopped goes on as if it had not been.
        torch.manual_seed(how.seed * 1_000_003 + epoch)
        model.train()
        looked = (epoch + 1) % how.every == 0 or epoch + 1 == how.epochs
        batches = torch.randperm(len(questions)).split(how.batch)
        for number, rows in enumerate(batches):
            loss = _step(model, questions, rows, optimizer)
            step += 1
            if number + 1 < len(batches) or not looked:
                tell(Report(step, loss))
        if looked:
            valid = summary(ranks(model, judge, len(graph.relations), known))
            tell(Report(step, loss, valid))
            better = valid.mrr > stand.best or not len(judge)
            waited = 0 if better else stand.waited + 1
            seconds = stand.seconds + time.monotonic() - began
            began = time.monotonic()
            stand = Stand(epoch + 1, step, max(valid.mrr, stand.best), seconds, waited)
            keeper.keep(model, optimizer, stand, better=better)
    keeper.end(model)
    model.eval()


class _InMemory:
    """Keeps the best weights, no more."""

    def __init__(self) -> None:
        self._best: dict[str, torch.Tensor] = {}

    def begin(self, model: LinkModel, optimizer: torch.optim.Optimizer) -> Stand:  # noqa: ARG002
        return Stand()

    def keep(self, model: LinkModel, optimizer: torch.optim.Optimizer, stand: Stand, *, better: bool) -> None:  # noqa: ARG002
        if better:
            self._best = {name: tensor.clone() for name, tensor in model.state_dict().items()}

    def end(self, model: LinkModel) -> None:
        model.load_state_dict(self._best)


class _InFolder:
    """Keeps the best weights and the newest state in a folder."""

    def __init__(self, work: Path, about: About) -> None:
        self._work, self._about = work, about

    def begin(self, model: LinkModel, optimizer: torch.optim.Optimizer) -> Stand:
        return epochs.resume(self._work, model, optimizer, self._about, Stand())

    def keep(self, model: LinkModel, optimizer: torch.optim.Optimizer, stand: Stand, *, better: bool) -> None:
        # The best weights first: a kill in between repeats the epochs since the last look, with the same outcome.
        if better:
            epochs.save_best(self._work, model, self._about)
        epochs.save(self._work, model, optimizer, self._about, stand)

    def end(self, model: LinkModel) -> None:
        load_best(self._work, model)


def _ended(stand: Stand, how: Plan) -> bool:
    return bool(how.patience) and stand.waited >= how.patience


def _judge(graph: KnowledgeGraph, how: Plan) -> Triples:
    order = np.random.default_rng(how.seed).permutation(len(graph.valid))
    return graph.valid[np.sort(order[: how.judged])]


def _groups(model: nn.Module, how: Plan) -> list[dict[str, object]]:
    embedded = {id(p) for m in model.modules() if isinstance(m, nn.Embedding) for p in m.parameters()}
    groups: list[dict[str, object]] = []
    for wanted, rate in ((True, how.rate), (False, how.inner)):
        chosen = [p for p in model.parameters() if p.requires_grad and (id(p) in embedded) == wanted]
        if chosen:
            groups.append({"params": chosen, "lr": rate})
    return groups


def _step(model: LinkModel, questions: Questions, rows: torch.Tensor, optimizer: torch.optim.Optimizer) -> float:
    loss = model.loss(questions.batch(rows))
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    # Said outright, since Adagrad makes sparse tensors and PyTorch warns where nobody has chosen.
    with torch.sparse.check_sparse_tensor_invariants(enable=False):
        optimizer.step()
    return float(loss.item())
