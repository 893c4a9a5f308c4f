"""Training of the Chinese model: less than an hour on one core."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from inference.text_extraction_zh.units import UnitTokenizer
from inference.training.common import loop
from inference.training.common.loop import Rounds, StepReport, descend, steps_of
from inference.training.common.run_folder import Nowhere
from inference.training.text.sources.all import DataMissing
from inference.training.text_zh.data import Sentence, read_finre, read_uner
from inference.training.text_zh.encoder import MAX_PIECES, Below
from inference.training.text_zh.examples import Example, example
from inference.training.text_zh.model import ChineseModel, Shape, pair_loss
from inference.training.text_zh.start import Start
from inference.training.text_zh.swaps import name_pools, swapped

PARTS = ("units", "names")
"""The fields of `Below`."""


@dataclass(frozen=True)
class ChineseTrainingPlan:
    """How to train.

    Attributes:
        epochs: Passes over the sets.
        seed: Decides weights, batches and dropout.
        batch: Sentences in a batch.
        rate: Peak learning rate of the heads.
        bert_rate: Peak learning rate of the pretrained layer.
        blind: Share of the units whose feature is hidden, so that the model does not rely on jieba alone.
        relation_weight: Weight of the pair loss; the mention loss has 1.
        bf16: Whether the encoder calculates in bf16.
    """

    epochs: int = 2
    seed: int = 1
    batch: int = 24
    rate: float = 1e-3
    bert_rate: float = 3e-4
    blind: float = 0.15
    relation_weight: float = 1.0
    bf16: bool = True


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
    sentences: Sequence[Sentence], given: Start, how: ChineseTrainingPlan, report: Callable[[int, float, float], None]
) -> ChineseModel:
    """Trains a model from the published weights.

    Args:
        sentences: The training set.
        given: The published weights and their vocabulary.
        how: The plan.
        report: Called after each epoch with its number and the mean losses of mentions (per sentence) and pairs.
    """
    torch.manual_seed(how.seed)
    tokenizer = UnitTokenizer(given.pieces)
    pools = name_pools(sentences)
    copies = list(swapped(sentences, pools, how.seed))
    model = ChineseModel(Shape(len(given.pieces)))
    model.encoder.take(given)
    examples = [example(s, tokenizer) for s in [*sentences, *copies]]
    return train_examples(model, [e for e in examples if len(e.ids) <= MAX_PIECES], how, report)


def train_examples(
    model: ChineseModel,
    examples: Sequence[Example],
    how: ChineseTrainingPlan,
    report: Callable[[int, float, float], None],
    said: Sequence[Below] | None = None,
) -> ChineseModel:
    """Trains a model on prepared examples; see `train`. `said` is what `below` returns, where that is known."""
    torch.manual_seed(how.seed)
    upper = list(model.encoder.upper.parameters())
    parts = (model.encoder.features, model.tags, model.crf, model.pairs)
    rest = [one for part in parts for one in part.parameters()]
    rates = [how.bert_rate, how.rate]
    groups = [{"params": part, "lr": rate} for part, rate in zip((upper, rest), rates, strict=True)]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    draw = np.random.default_rng(how.seed)
    in_epoch = steps_of(len(examples), 1, how.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, rates, total_steps=how.epochs * in_epoch, pct_start=0.15, anneal_strategy="linear"
    )
    said = said or below(model, examples, how)
    judged = sum(len(e.pairs) for e in examples)
    sums = np.zeros(2)

    def learn(batch: list[int], _step: int) -> float:
        nonlocal sums
        chosen = [examples[i] for i in batch]
        mentions, relations = _losses(model, chosen, [said[i] for i in batch], how)
        pairs = max(1, sum(len(e.pairs) for e in chosen))
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

    def batches(_epoch: int) -> list[list[int]]:
        return list(_batches(examples, how.batch, draw))

    # Not seeded epoch by epoch: a run is never resumed.
    rounds = Rounds(how.epochs, batches, learn)
    loop.train(model, optimizer, rounds, Nowhere(), report=on_step)
    return model


def _batches(examples: Sequence[Example], size: int, draw: np.random.Generator) -> Iterator[list[int]]:
    """Yields an epoch's batches in random order, each the places of sentences of similar length."""
    lengths = np.array([len(e.ids) for e in examples]) + draw.uniform(-3, 3, len(examples))
    order = np.argsort(lengths, kind="stable")
    starts = np.arange(0, len(examples), size)
    for start in draw.permutation(starts):
        yield order[start : start + size].tolist()


def below(model: ChineseModel, examples: Sequence[Example], how: ChineseTrainingPlan) -> list[Below]:
    """Returns what the lower layers say of each example, in bf16, without a batch's axis."""
    found: dict[int, Below] = {}
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    model.eval()
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=how.bf16):
        for _, same in groupby(order, key=lambda i: len(examples[i].ids)):
            places = list(same)
            for some in (places[at : at + how.batch] for at in range(0, len(places), how.batch)):
                both = model.encoder.below(torch.from_numpy(np.stack([examples[i].ids for i in some])))
                for row, i in enumerate(some):
                    found[i] = Below(both.units[row].bfloat16(), both.names[row].bfloat16())
    return [found[i] for i in range(len(examples))]


def _losses(
    model: ChineseModel, batch: Sequence[Example], said: Sequence[Below], how: ChineseTrainingPlan
) -> tuple[Tensor, Tensor]:
    lengths = torch.tensor([len(e.ids) for e in batch])
    features = pad_sequence([torch.from_numpy(e.features) for e in batch], batch_first=True)
    allowed = pad_sequence([torch.from_numpy(e.allowed) for e in batch], batch_first=True, padding_value=True)
    beneath = Below(*(pad_sequence([getattr(one, part) for one in said], batch_first=True) for part in PARTS))
    features = features.masked_fill(torch.rand(features.shape) < how.blind, 0)
    mask = torch.arange(features.shape[1])[None] < lengths[:, None]
    with torch.autocast("cpu", torch.bfloat16, enabled=how.bf16):
        units = model.encoder.above(beneath, features, mask)
    mentions = model.crf(model.tag(units, beneath.names.float()), allowed, lengths).sum()
    rows = torch.repeat_interleave(torch.arange(len(batch)), torch.tensor([len(e.pairs) for e in batch]))
    if not len(rows):
        return mentions, units.new_zeros(())
    pairs = torch.from_numpy(np.concatenate([e.pairs for e in batch]))
    gold = torch.from_numpy(np.concatenate([e.relations for e in batch]))
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
    model = ChineseModel(Shape(len(pieces)))
    model.load_state_dict(load_file(work / "weights.safetensors"))
    model.eval()
    return model, pieces
