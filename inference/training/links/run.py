"""A whole run: the own graph, its snapshots in time, training, calibration, and what Triton serves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from inference.link_prediction.inputs import Words
from inference.training.common.calibrate import Line, platt_in_bins
from inference.training.common.loop import ignore
from inference.training.common.own_articles import own_graph
from inference.training.common.progress import OnProgress, ignore_progress
from inference.training.links.batches import Asking
from inference.training.links.export import ServedLinks, export
from inference.training.links.judged import judged, logits
from inference.training.links.model import InductiveLinks
from inference.training.links.own_vectors import own_vectors
from inference.training.links.shape import LinkShape
from inference.training.links.snapshots import HORIZON, snapshot
from inference.training.links.trainer import LinkTrainingPlan, OnStep, train
from inference.training.links.words import Allowed, allowed, words_of
from topology.ontology import load_ontology
from topology.settings import Settings

FIRST = 2
"""Months of the stream before the first snapshot: a younger graph is nearly empty."""


@dataclass(frozen=True)
class Given:
    """The snapshots that a run is trained, chosen and measured on.

    Attributes:
        train: Snapshots a month apart; all facts that arrived after them are older than the validation snapshot.
        valid: The snapshot that selects and calibrates: the facts that arrived after it are older than the test one.
        test: The snapshot whose future is the end of the stream.
        words: Relations and types.
        allowed: Which role may be had with which types.
    """

    train: Sequence[Asking]
    valid: Asking
    test: Asking
    words: Words
    allowed: Allowed


def days(first: date, last: date) -> tuple[list[date], date, date]:
    """Returns the days of the training snapshots, of the validation snapshot and of the test snapshot.

    Args:
        first: Of the stream.
        last: Of the stream; the test snapshot's future ends with it.
    """
    test = last - HORIZON
    valid = test - HORIZON
    return [day for day in _months(first, last) if day + HORIZON <= valid], valid, test


def load(
    feed: Path,
    chosen: Settings,
    progress: OnProgress = ignore_progress,
    limit: int | None = None,
) -> Given:
    """Returns snapshots of the own graph.

    Args:
        feed: Articles in order of time.
        chosen: Which models, ontology and cache.
        progress: Called with the number of articles or texts done, and their total.
        limit: Only so many articles, the first.
    """
    articles = own_graph(feed, chosen, progress, limit)
    ontology = load_ontology(chosen.ontology)
    words = words_of(ontology)
    may = allowed(ontology, words)
    entities = list({entity.id: entity for article in articles for entity in article.entities}.values())
    vectors = own_vectors(entities, chosen.models, chosen.cache / "own-graph", progress)
    train_days, valid, test = days(articles[0].day, articles[-1].day)

    def on(day: date) -> Asking:
        return Asking(snapshot(articles, day, vectors, words, may), words, may)

    return Given([on(day) for day in train_days], on(valid), on(test), words, may)


def shape_of(words: Words) -> LinkShape:
    """Returns the served model's shape."""
    return LinkShape(words.roles, len(words.types) + 1)


def run(
    given: Given, how: LinkTrainingPlan, work: Path, report: OnStep = ignore, shape: LinkShape | None = None
) -> tuple[InductiveLinks, Line]:
    """Trains and calibrates; the test snapshot is not read.

    Raises:
        CheckpointError: The work folder holds another run.
    """
    model = train(shape or shape_of(given.words), given.train, given.valid, how, work, report=report)
    found = judged(logits(model), given.valid)
    return model, platt_in_bins(found.scores, found.arrived)


def export_run(given: Given, model: InductiveLinks, line: Line, folder: Path, version: str) -> None:
    """Writes what Triton serves."""
    export(ServedLinks(model, line, given.allowed), given.words, folder, version)


def _months(first: date, last: date) -> Iterator[date]:
    """Yields first days of months from `FIRST` months after the stream's first day on."""
    month = first.year * 12 + first.month - 1 + FIRST
    while (day := date(month // 12, month % 12 + 1, 1)) <= last:
        yield day
        month += 1
