"""Training of the Chinese model: a few minutes on one core."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from inference.text_extraction_zh.units import FEATURES, UnitTokenizer
from inference.training.common import loop
from inference.training.common.loop import Rounds, StepReport, descend, steps_of
from inference.training.common.run_folder import Nowhere
from inference.training.text.sources.all import DataMissing
from inference.training.text_zh.data import Sentence, read_finre, read_uner
from inference.training.text_zh.examples import Example, example, vocabulary
from inference.training.text_zh.model import ChineseModel, Shape, pair_loss


@dataclass(frozen=True)
class ChineseTrainingPlan:
    """How to train.

    Attributes:
        epochs: Passes over the sets.
        seed: Decides weights, batches and dropout.
        batch: Sentences in a batch.
        rate: Peak learning rate.
        blind: Share of the units whose feature is hidden, so that the model does not rely on jieba alone.
        strange: Share of the rare pieces that are read as [UNK], so that the model learns to handle it.
        relation_weight: Weight of the pair loss; the mention loss has 1.
    """

    epochs: int = 4
    seed: int = 1
    batch: int = 64
    rate: float = 3e-3
    blind: float = 0.1
    strange: float = 0.15
    relation_weight: float = 0.6


def training_sets(folder: Path) -> list[Sentence]:
    """Reads the two sets that may train shipped weights.

    Raises:
        DataMissing: One is not there.
    """
    uner, finre = folder / "zh/uner-gsdsimp/zh_gsdsimp-ud-train.iob2", folder / "zh/finre/FinRE/train.txt"
    for path in (uner, finre):
        if not path.is_file():
            raise DataMissing(f"{path} is missing; point --data (or TRIPLEWIRE_DATA) at the data folder")
    return read_uner(uner) + read_finre(finre)


def train(
    sentences: Sequence[Sentence], how: ChineseTrainingPlan, report: Callable[[int, float, float], None]
) -> tuple[ChineseModel, list[str]]:
    """Trains a model from scratch; returns it with its vocabulary.

    Args:
        sentences: The training set.
        how: The plan.
        report: Called after each epoch with its number and the mean losses of mentions (per sentence) and pairs.
    """
    torch.manual_seed(how.seed)
    pieces = vocabulary(sentences)
    tokenizer = UnitTokenizer(pieces)
    return train_examples([example(s, tokenizer) for s in sentences], pieces, how, report), pieces


def train_examples(
    examples: Sequence[Example],
    pieces: list[str],
    how: ChineseTrainingPlan,
    report: Callable[[int, float, float], None],
    shape: Shape | None = None,
) -> ChineseModel:
    """Trains a model on prepared examples; see `train`."""
    torch.manual_seed(how.seed)
    model = ChineseModel(shape or Shape(len(pieces), FEATURES))
    optimizer = torch.optim.AdamW(model.parameters(), lr=how.rate, weight_decay=0.01)
    draw = np.random.default_rng(how.seed)
    in_epoch = steps_of(len(examples), 1, how.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, how.rate, total_steps=how.epochs * in_epoch, pct_start=0.15
    )
    rare = torch.arange(len(pieces)) >= len(pieces) // 3
    judged = sum(len(e.pairs) for e in examples)
    sums = np.zeros(2)

    def learn(batch: list[Example], _step: int) -> float:
        nonlocal sums
        mentions, relations = _losses(model, batch, how, rare)
        pairs = max(1, sum(len(e.pairs) for e in batch))
        loss = mentions / len(batch) + how.relation_weight * relations / pairs
        found = descend(loss, model, optimizer, norm=5.0)
        schedule.step()
        sums += (mentions.item(), relations.item())
        return found

    def on_step(done: StepReport[None]) -> None:
        nonlocal sums
        if done.step % in_epoch == 0:
            report(done.step // in_epoch, sums[0] / len(examples), sums[1] / max(1, judged))
            sums = np.zeros(2)

    def batches(_epoch: int) -> list[list[Example]]:
        return list(_batches(examples, how.batch, draw))

    # Not seeded epoch by epoch: a run takes minutes and is never resumed.
    rounds = Rounds(how.epochs, batches, learn)
    loop.train(model, optimizer, rounds, Nowhere(), report=on_step)
    return model


def _batches(examples: Sequence[Example], size: int, draw: np.random.Generator) -> Iterator[list[Example]]:
    """Yields an epoch's batches in random order, each of sentences of similar length."""
    lengths = np.array([len(e.ids) for e in examples]) + draw.uniform(-3, 3, len(examples))
    order = np.argsort(lengths, kind="stable")
    starts = np.arange(0, len(examples), size)
    for start in draw.permutation(starts):
        yield [examples[i] for i in order[start : start + size]]


def _losses(
    model: ChineseModel, batch: Sequence[Example], how: ChineseTrainingPlan, rare: Tensor
) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(e.ids) for e in batch])
    ids = pad_sequence([torch.from_numpy(e.ids) for e in batch], batch_first=True)
    features = pad_sequence([torch.from_numpy(e.features) for e in batch], batch_first=True)
    allowed = pad_sequence([torch.from_numpy(e.allowed) for e in batch], batch_first=True, padding_value=True)
    hidden = torch.rand(ids.shape) < how.blind
    strange = (torch.rand(ids.shape) < how.strange) & rare[ids]
    units = model.encoder(ids.masked_fill(strange, 3), features.masked_fill(hidden, 0), lengths)
    units = model.dropout(units)
    mentions = model.crf(model.emissions(units), allowed, lengths).sum()
    rows = torch.repeat_interleave(torch.arange(len(batch)), torch.tensor([len(e.pairs) for e in batch]))
    if not len(rows):
        return mentions, units.new_zeros(())
    pairs = torch.from_numpy(np.concatenate([e.pairs for e in batch]))
    gold = torch.from_numpy(np.concatenate([e.relations for e in batch]))
    mask = torch.arange(ids.shape[1])[None] < lengths[:, None]
    return mentions, pair_loss(model.pairs.score(units, rows, pairs, mask), gold)


def save(model: ChineseModel, pieces: list[str], how: ChineseTrainingPlan, work: Path) -> None:
    """Writes weights, vocabulary and plan into a folder."""
    work.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), work / "weights.safetensors")
    (work / "vocabulary.json").write_text(json.dumps(pieces, ensure_ascii=False) + "\n", encoding="utf-8")
    (work / "plan.json").write_text(json.dumps(asdict(how)) + "\n", encoding="utf-8")


def load(work: Path) -> tuple[ChineseModel, list[str]]:
    """Reads what `save` wrote."""
    pieces: list[str] = json.loads((work / "vocabulary.json").read_text(encoding="utf-8"))
    model = ChineseModel(Shape(len(pieces), FEATURES))
    model.load_state_dict(load_file(work / "weights.safetensors"))
    model.eval()
    return model, pieces
