"""Classes of happenings that an ontology adds by name and description: how well are they found?

The classes of `sets/added-classes.jsonl` were made up for this report. One reader went through all annotated happenings
of the class `other` in three parts, wrote names and descriptions of classes that recur among them, and which happenings
belong to each, before any of it was measured. What may belong to a class counts neither way. Texts that were annotated
since are left out: nobody has said which of their happenings belong to these classes. Neither the text model nor
the sentence encoder was trained on these classes.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from inference.evaluation.local_client import version_folder
from inference.evaluation.report import Aim, Cell, Context, Report, Table
from inference.text.language.words import WordTokenizer
from inference.text_embedding.local import SentenceEncoder
from inference.text_extraction.added_classes import OFFSET, OTHER, WEIGHTS, compared, described
from inference.text_extraction.results import WindowHappening
from inference.training.text.annotated.passages import annotated_news
from inference.training.text.annotated.reading import Part, annotated
from inference.training.text.dataset import ExampleMaker
from inference.training.text.measure.scores import Tally, total
from inference.training.text.served import Served
from topology.ontology import HappeningSpec, load_ontology
from topology.settings import settings

HEADLINE = "/headline"
"""How the id of a passage ends that is a headline; see `annotated_news`."""
SET = Path(__file__).parent / "sets" / "added-classes.jsonl"
TEXTS = Path(__file__).parent / "sets" / "added-classes-texts.txt"
"""Ids of the texts that the reader went through."""
PARTS: tuple[Part, ...] = ("train", "more", "dev")
HELD_OUT = ("attack", "law", "deal", "sports result", "accident")
"""The trained classes with most happenings in the dev part."""
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
ROUNDS = 30

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A class made up for this report.

    Attributes:
        spec: Its name and description.
        happenings: (text, first character of the trigger) of those that belong to it.
        unsure: The same of those that may.
    """

    spec: HappeningSpec
    happenings: frozenset[tuple[str, int]]
    unsure: frozenset[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Triggers:
    """N annotated triggers, as the shipped models see them.

    Attributes:
        places: (text, first character of the trigger) of each.
        gold: str [N] annotated class.
        said: str [N] the model's class.
        dev: bool [N] whether the model did not learn from its text.
        words: float32 [N, width] vectors of the triggers.
        around: float32 [N, width] of the triggers with the words around them.
    """

    places: list[tuple[str, int]]
    gold: npt.NDArray[np.str_]
    said: npt.NDArray[np.str_]
    dev: Bools
    words: npt.NDArray[np.float32]
    around: npt.NDArray[np.float32]

    def cosines(self, description: npt.NDArray[np.float32]) -> Floats:
        """Returns float64 [N, 2]: how like a description each trigger is, without and with the words around it."""
        return np.stack([self.words @ description, self.around @ description], axis=1).astype(np.float64)


def made_up(path: Path = SET) -> list[MadeUp]:
    """Reads the made-up classes."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        MadeUp(
            HappeningSpec(id=row["class"], description=row["description"]),
            frozenset(map(tuple, row["happenings"])),
            frozenset(map(tuple, row["unsure"])),
        )
        for row in rows
    ]


def judged_texts(path: Path = TEXTS) -> frozenset[str]:
    """Returns the ids of the texts of which it is known what belongs to the made-up classes."""
    return frozenset(path.read_text(encoding="utf-8").split())


def read(context: Context, encoder: SentenceEncoder, most: int | None = None) -> Triggers:
    """Reads annotated triggers with the shipped models.

    Args:
        context: Where the texts are.
        encoder: The sentence encoder.
        most: Most triggers of each part; None for all.
    """
    folder = version_folder(settings().models)
    served = Served(folder, folder)
    maker = ExampleMaker(
        WordTokenizer(folder / "tokenizer.json"), load_ontology(settings().ontology).for_language("en")
    )
    rows = [row for part in PARTS for row in islice(_rows(context.data, part, maker, served), most)]
    texts = [text for row in rows for text in row[4]]
    context.log(f"{len(rows)} triggers")
    vectors = encoder.vectors(texts)
    places, gold, said, dev = (list(column) for column in list(zip(*rows, strict=True))[:4])
    return Triggers(places, np.array(gold), np.array(said), np.array(dev), vectors[::2], vectors[1::2])


def _rows(
    data: Path, part: Part, maker: ExampleMaker, served: Served
) -> Iterator[tuple[tuple[str, int], str, str, bool, tuple[str, str]]]:
    """Yields place, annotated class, model's class, whether it is of the dev part, and texts of each trigger."""
    classes: list[str] = served.reader.happenings.classes
    known = judged_texts()
    bodies = {text.id: len(text.headline) + 1 for text in annotated(data, part)}
    for example in maker.examples(annotated_news(data, (part,))):
        text = example.passage.id.removesuffix(HEADLINE)
        if text not in known or not len(example.triggers):
            continue
        words = served.reader.encode(example.ids, example.cases, example.word_pieces).words
        spans = [(first, last + 1, 0) for first, last, _, _ in example.triggers.tolist()]
        for (first, end, _), found in zip(spans, served.reader.happenings.read(words, spans), strict=True):
            start, stop = example.window.span(first, end)
            gold = next(h for h in example.passage.happenings if h.trigger[0] < stop and start < h.trigger[1])
            before = bodies[text] if text == example.passage.id else 0
            happening = WindowHappening(first, end, classes[found.kind], "", 1.0, found.score)
            yield (
                (text, gold.trigger[0] + before),
                gold.kind,
                classes[found.kind],
                part == "dev",
                compared(example.passage.text, example.window, happening),
            )


def fit(cosines: Floats, truth: Bools) -> Floats:
    """Returns float64 [3], two weights and the offset of greatest likelihood (logistic regression by Newton's method).

    Args:
        cosines: float64 [N, 2].
        truth: bool [N].
    """
    given = np.column_stack([cosines, np.ones(len(cosines))])
    line = np.zeros(3)
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-(given @ line)))
        curve = (given * (chance * (1 - chance))[:, None]).T @ given + 1e-9 * np.eye(3)
        line += np.linalg.solve(curve, given.T @ (truth - chance))
    return line


def chances(cosines: Floats, line: Floats) -> Floats:
    """Returns float64 [N], how likely each trigger is of a class, given its cosines [N, 2] and what `fit` returns."""
    found: Floats = 1 / (1 + np.exp(-(cosines @ line[:2] + line[2])))
    return found


def judged(found: Triggers, classes: Sequence[MadeUp]) -> list[tuple[Bools, Bools]]:
    """Returns for each made-up class which triggers belong to it, and which it is known of; each bool [N]."""
    return [
        (
            np.array([place in one.happenings for place in found.places]),
            np.array([place not in one.unsure for place in found.places]),
        )
        for one in classes
    ]


def fit_to(found: Triggers, known: Sequence[tuple[Bools, Bools]], cosines: Sequence[Floats]) -> Floats:
    """Returns what `fit` returns for some made-up classes, of which `judged` says what is known."""
    other = found.said == OTHER
    return fit(
        np.concatenate([values[other & kept] for values, (_, kept) in zip(cosines, known, strict=True)]),
        np.concatenate([truth[other & kept] for truth, kept in known]),
    )


def unseen(
    found: Triggers, known: Sequence[tuple[Bools, Bools]], cosines: Sequence[Floats]
) -> list[tuple[Bools, Floats]]:
    """Returns truth and chance of the triggers for each made-up class, with a line fitted to the other classes only.

    The chance of a trigger that the model gives a trained class is 0. Triggers that may be of the class are left out.
    """
    result = []
    for index, (truth, kept) in enumerate(known):
        line = fit_to(found, _but(known, index), _but(cosines, index))
        chance = np.where(found.said == OTHER, chances(cosines[index], line), 0.0)
        result.append((truth[kept], chance[kept]))
    return result


def _but(values: Sequence[T], index: int) -> list[T]:
    return [*values[:index], *values[index + 1 :]]


def tally(truth: Bools, said: Bools) -> Tally:
    """Counts what was said rightly, wrongly, and not."""
    return Tally(int((truth & said).sum()), int((~truth & said).sum()), int((truth & ~said).sum()))


def evaluate(context: Context) -> Report:
    """Measures made-up classes, and trained ones as if they were added."""
    context.need("feeds")
    encoder = SentenceEncoder(settings().models)
    found = read(context, encoder, 150 if context.quick else None)
    return report(found, made_up(), encoder, context)


def report(found: Triggers, classes: Sequence[MadeUp], encoder: SentenceEncoder, context: Context) -> Report:
    """Returns the report on added classes."""
    least = settings().happening_threshold
    described_as = encoder.vectors([described(one.spec) for one in classes])
    cosines = [found.cosines(vector) for vector in described_as]
    known = judged(found, classes)
    measured = unseen(found, known, cosines)
    by_class = [tally(truth, chance >= least) for truth, chance in measured]
    whole = total(by_class)
    first, second, offset = fit_to(found, known, cosines).tolist()
    context.log(f"fitted weights ({first:.1f}, {second:.1f}), offset {offset:.1f}; precision {whole.precision:.3f}")
    size = sum(len(one.happenings) for one in classes)
    names = [(f"{one.spec.id}: {one.spec.description}", tally) for one, tally in zip(classes, by_class, strict=True)]
    return Report(
        "Added classes of happenings: name and description alone",
        "Classes of happenings that neither the text model nor the sentence encoder was trained on, found by their "
        "name and description. Triggers are the annotated ones, so that only the class is measured; a trigger that the "
        "text model gives a trained class is out of reach of added classes. The weights are fitted to the other "
        f"classes of the table each time. Threshold {least:g}, the default of happenings.",
        (
            f"inference/training/text/annotated: {len(found.places)} happenings of the parts {', '.join(PARTS)}",
            f"inference/evaluation/text/sets/{SET.name}: {len(classes)} made-up classes, {size} happenings; one reader",
        ),
        [
            Table("Is a happening of an unseen class?", ("class", *_COLUMNS), _rows_of([*names, ("all", whole)])),
            _by_threshold(measured),
            _held_out(found, encoder, least),
        ],
        [
            Aim("precision of added classes at the default threshold", whole.precision, 0.6),
            Aim("F1 of added classes at the default threshold", whole.f1, 0.5),
        ],
        [],
        [
            (
                "The text model learned from the texts of train and more: there it calls nearly all annotated `other` "
                "so. In the dev part it misses three in ten, and an added class finds at most the rest."
            ),
            (
                "A trained class that is read by its description is favoured: the text model knows its triggers, so "
                "little else is called `other` or this class."
            ),
            (
                "The names and descriptions were written by the reader of these happenings, and which words are "
                "compared was chosen on this table; what an ontology's own classes reach may be less."
            ),
            (
                f"Shipped: weights {WEIGHTS}, offset {OFFSET}. Fitted to all classes of the first table here: "
                f"({first:.1f}, {second:.1f}) and {offset:.1f}."
            ),
        ],
    )


_COLUMNS = ("in the texts", "right", "wrong", "precision", "recall", "F1")


def _rows_of(tallies: Sequence[tuple[str, Tally]]) -> list[tuple[Cell, ...]]:
    return [(name, t.right + t.missed, t.right, t.wrong, t.precision, t.recall, t.f1) for name, t in tallies]


def _by_threshold(measured: Sequence[tuple[Bools, Floats]]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for least in THRESHOLDS:
        whole = total(tally(truth, chance >= least) for truth, chance in measured)
        rows.append((least, whole.precision, whole.recall, whole.f1))
    return Table("What another threshold gives, all classes", ("threshold", "precision", "recall", "F1"), rows)


def _held_out(found: Triggers, encoder: SentenceEncoder, least: float) -> Table:
    """Returns how well trained classes are found by their description, as if the model called them `other`."""
    ontology = load_ontology(settings().ontology).happening_by_id
    line = np.array([*WEIGHTS, OFFSET])
    rows: list[tuple[Cell, ...]] = []
    for name in HELD_OUT:
        (description,) = encoder.vectors([described(ontology[name])])
        within = (found.said == OTHER) | (found.said == name)
        said = within & (chances(found.cosines(description), line) >= least)
        truth = found.gold == name
        every, dev = tally(truth, said), tally(truth[found.dev], said[found.dev])
        trained = tally(truth[found.dev], (found.said == name)[found.dev])
        rows.append((name, every.right + every.missed, every.precision, every.recall, every.f1, dev.f1, trained.f1))
    heads = ("class", "in the texts", "precision", "recall", "F1", "F1, dev part", "F1 of the trained class, dev part")
    return Table("Trained classes, held out one at a time and found by their description", heads, rows)
