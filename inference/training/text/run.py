"""A training run from the data folder to a checkpoint."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from inference.text.language.words import WordTokenizer
from inference.training.common import checkpoint
from inference.training.text.dataset import Example, ExampleMaker, is_dev
from inference.training.text.e5 import e5_weights
from inference.training.text.encoder import EncoderShape
from inference.training.text.model import JointModel
from inference.training.text.pairs import PairShape
from inference.training.text.served import Served
from inference.training.text.sources.all import SOURCES, read
from inference.training.text.sources.candidates import add_candidates
from inference.training.text.sources.gazetteer import load_gazetteer
from inference.training.text.sources.passages import Passage
from inference.training.text.sources.variants import name_pools, variants
from inference.training.text.start import start_from
from inference.training.text.trainer import TextStepReport, TextTrainingPlan, train
from topology.ontology import Ontology


@dataclass(frozen=True)
class Splits:
    """Examples of all sources; `dev` holds every twentieth document."""

    train: list[Example]
    dev: list[Example]


def new_model(ontology: Ontology, seed: int, cache: Path) -> JointModel:
    """Returns the model as training starts: the first layers of e5-small-v2 and fresh heads.

    Args:
        ontology: Types and relations.
        seed: Of the heads.
        cache: Where the pretrained encoder is kept; see `e5_weights`.

    Raises:
        StackError: The encoder cannot be downloaded.
    """
    torch.manual_seed(seed)
    model = JointModel.of(ontology, EncoderShape(), PairShape())
    model.encoder.take(e5_weights(cache))
    return model


def trained_model(ontology: Ontology, work: Path) -> JointModel:
    """Returns the model of a run's checkpoint, ready for use.

    Raises:
        CheckpointError: There is no checkpoint.
    """
    model = JointModel.of(ontology, EncoderShape(), PairShape())
    checkpoint.load_model(work, model)
    model.eval()
    return model


def load(
    data: Path,
    ontology: Ontology,
    tokenizer: Path,
    report: Callable[[str, int], None],
    earlier: Served | None = None,
    *,
    only: Container[str] | None = None,
) -> Splits:
    """Reads all sources, or some.

    Args:
        data: The data folder.
        ontology: Types and relations.
        tokenizer: The `tokenizer.json` that serves.
        report: Called with each source's name and its number of passages.
        earlier: A model that marks further names where few are annotated; see `candidates`.
        only: Names of the sources to read; None for all.

    Raises:
        DataMissing: A source's files are not there.
    """
    splits = Splits([], [])
    sources = list(_sources(data, ontology, only))
    seen = (p for _, passages in sources for p in passages if not is_dev(p))
    pools = name_pools(seen, load_gazetteer(data / "gazetteer").companies)
    for source, passages in sources:
        named = list(_named(passages, tokenizer, earlier))
        for example in _examples(named, ontology, tokenizer):
            (splits.dev if is_dev(example.passage) else splits.train).append(example)
        copies = list(variants((p for p in named if not is_dev(p)), pools))
        splits.train.extend(_examples(copies, ontology, tokenizer))
        report(source, len(passages) + len(copies))
    return splits


def load_dev(data: Path, ontology: Ontology, tokenizer: Path, earlier: Served | None = None) -> list[Example]:
    """Reads the held-out documents only; see `load`."""
    found: list[Example] = []
    for _, passages in _sources(data, ontology):
        named = _named([p for p in passages if is_dev(p)], tokenizer, earlier)
        found += _examples(named, ontology, tokenizer)
    return found


def _sources(data: Path, ontology: Ontology, only: Container[str] | None = None) -> Iterator[tuple[str, list[Passage]]]:
    for source in SOURCES:
        if only is None or source.name in only:
            yield source.name, list(read(source, data, ontology))


def _named(passages: list[Passage], tokenizer: Path, earlier: Served | None) -> Iterable[Passage]:
    return passages if earlier is None else add_candidates(passages, earlier, WordTokenizer(tokenizer))


def _examples(passages: Iterable[Passage], ontology: Ontology, tokenizer: Path) -> Iterator[Example]:
    return ExampleMaker(WordTokenizer(tokenizer), ontology).examples(passages)


def steps_of(splits: Splits, epochs: float, pieces: int) -> int:
    """Returns the number of steps of so many epochs, about."""
    repeats = {s.name: s.repeats for s in SOURCES}
    read_pieces = sum(len(e.ids) * repeats[e.source] for e in splits.train)
    return max(1, round(epochs * read_pieces / pieces))


def run(
    ontology: Ontology,
    splits: Splits,
    how: TextTrainingPlan,
    work: Path,
    *,
    start: Path | None,
    cache: Path,
    report: Callable[[TextStepReport], None],
) -> JointModel:
    """Trains to the end of the plan and returns the model; see `trainer.train`.

    Args:
        ontology: Types and relations.
        splits: The examples.
        how: The plan.
        work: Folder of the checkpoint.
        start: Folder of another run, whose weights this one starts from; None for the pretrained encoder. A run
            without happenings may start one with.
        cache: Where the pretrained encoder is kept.
        report: Called after each step.

    Raises:
        StackError: The pretrained encoder cannot be downloaded.
    """
    model = new_model(ontology, how.seed, cache)
    if start is not None:
        start_from(start, model)
    train(model, splits.train, how, work, report)
    return model
