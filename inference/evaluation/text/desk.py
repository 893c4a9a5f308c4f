"""Facts in news paragraphs, end to end: what a news desk would read in the graph.

The paragraphs in `sets/news-desk.jsonl` were written for this project about public facts, in the ways news words them,
traps included: denials, several people in one sentence, paragraphs without a fact. Each lists the facts that must be
found, and further ones that the text implies or that can be said otherwise, which count neither for nor against.
"""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.evaluation.local_client import local_extractor, version_folder
from inference.evaluation.report import Aim, Context, Plot, Report, Table
from inference.evaluation.text.least import Least, least_scores
from inference.text.names.canonical import canonical_name
from inference.text.names.countries import DEMONYMS
from inference.text.types import TextDocument, TextExtraction
from inference.training.text.measure.scores import Tally
from topology.ontology import load_ontology
from topology.settings import settings

SET = Path(__file__).parent / "sets" / "news-desk.jsonl"
DEV = 30
"""The first so many paragraphs may be used to choose something; the rest only for the report."""

THRESHOLDS = tuple(round(0.1 + 0.05 * i, 2) for i in range(18))
INVERSE = {"P749": "P355", "P22": "P40", "P25": "P40", "P1376": "P36", "P150": "P131", "P1366": "P1365"}
"""Relations that are inverses of others; so are P127 and P355, but owners need not be companies."""

ComparedFact = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text with its facts (subject, relation, object), names in canonical form."""

    text: str
    facts: frozenset[ComparedFact]
    also: frozenset[ComparedFact]


def fact(subject: str, relation: str, object_: str) -> ComparedFact:
    """Returns a fact in the form that is compared: canonical names, adjectives as countries, one direction."""
    subject, object_ = (_plain(name) for name in (subject, object_))
    if relation in INVERSE:
        return (object_, INVERSE[relation], subject)
    return (subject, relation, object_)


def _plain(name: str) -> str:
    """Returns a name without the region that tells a place from its namesakes ("Springfield, Illinois")."""
    return canonical_name(DEMONYMS.get(name, name)).partition(", ")[0]


def paragraphs(path: Path = SET) -> list[Paragraph]:
    """Reads the set."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        facts, also = (frozenset(fact(*parts) for parts in item[key]) for key in ("facts", "also"))
        found.append(Paragraph(item["text"], facts, also - facts))
    return found


def said(extraction: TextExtraction) -> dict[ComparedFact, float]:
    """Returns the facts of an extraction, with the highest score of each."""
    found: dict[ComparedFact, float] = {}
    for relation in extraction.relations:
        subject, object_ = extraction.mentions[relation.subject].name, extraction.mentions[relation.object].name
        key = fact(subject, relation.predicate, object_)
        found[key] = max(relation.score, found.get(key, 0.0))
    return found


@dataclass(slots=True)
class Count(Tally):
    """Facts that must be found are `right` or `missed`; `fair` were found of the others that the text implies."""

    fair: int = 0

    def add_paragraph(self, paragraph: Paragraph, found: set[ComparedFact]) -> None:
        """Counts one paragraph."""
        self.add(found - paragraph.also, paragraph.facts)
        self.fair += len(found & paragraph.also)

    @property
    def precision(self) -> float:
        """Share of what was found that the text says; 1 if nothing was found."""
        found = self.right + self.fair + self.wrong
        return (self.right + self.fair) / found if found else 1.0


def count(items: list[tuple[Paragraph, dict[ComparedFact, float]]], least: Least, only: str | None = None) -> Count:
    """Counts paragraphs with their scored facts, from each relation's least score on; of one relation only if named."""
    total = Count()
    for paragraph, scores in items:
        chosen = {f for f, score in scores.items() if score >= least(f[1]) and only in {None, f[1]}}
        if only is not None:
            facts, also = (frozenset(f for f in part if f[1] == only) for part in (paragraph.facts, paragraph.also))
            total.add_paragraph(Paragraph(paragraph.text, facts, also), chosen)
        else:
            total.add_paragraph(paragraph, chosen)
    return total


def read(texts: list[str]) -> list[TextExtraction]:
    """Returns what the shipped model reads in each text."""
    extractor = local_extractor(version_folder(settings().models))
    return asyncio.run(extractor.extract([TextDocument(f"desk-{i}", "", text) for i, text in enumerate(texts)]))


def evaluate(context: Context) -> Report:
    """Measures the shipped model on the paragraphs."""
    chosen = paragraphs()
    chosen = chosen[: DEV // 3] + chosen[DEV : DEV + DEV // 3] if context.quick else chosen
    scored = [(p, said(e)) for p, e in zip(chosen, read([p.text for p in chosen]), strict=True)]
    half = len(scored) // 2
    least = least_scores()
    parts = {"first half, for choosing": scored[:half], "second half, for the report": scored[half:], "all": scored}
    rows = []
    for title, items in parts.items():
        c = count(items, least)
        rows.append((title, len(items), c.right + c.missed, c.precision, c.recall, c.f1))
    context.log(f"F1 {rows[1][-1]:.3f} on the second half")
    final = count(scored[half:], least)
    return Report(
        "News paragraphs, from raw text to facts",
        "Facts that the shipped model finds end to end in paragraphs of news, at the default threshold "
        f"{settings().relation_threshold:g} or the ontology's own. A fact is right if subject, relation "
        "and object are; names are compared in canonical form, an adjective counts as its country, and inverse "
        "relations as one. Facts that the text merely implies count neither for recall nor against precision.",
        (f"inference/evaluation/text/sets/{SET.name}: {len(chosen)} paragraphs written for this project",),
        [
            Table("Facts", ("part", "paragraphs", "facts", "precision", "recall", "F1"), [*rows]),
            _by_relation(scored, least),
        ],
        [Aim("precision at the default threshold, second half", final.precision, 0.75)],
        [
            Plot(
                "threshold",
                "Precision and recall over one threshold for all relations, all paragraphs.",
                lambda axes: _draw(axes, scored),
            )
        ],
        ["The set is small: a fact more or less moves the second half's F1 by about half a point."],
    )


def _by_relation(scored: list[tuple[Paragraph, dict[ComparedFact, float]]], least: Least) -> Table:
    names = {relation.id: relation.name for relation in load_ontology(settings().ontology).relations}
    wanted = {f[1] for paragraph, _ in scored for f in paragraph.facts}
    found = {f[1] for _, scores in scored for f, score in scores.items() if score >= least(f[1])}
    rows = []
    for relation in wanted | found:
        c = count(scored, least, relation)
        rows.append((names.get(relation, relation), c.right + c.missed, c.right, c.fair, c.wrong))
    rows.sort(key=lambda row: (-row[1], -row[4], row[0]))
    return Table("By relation, all paragraphs", ("relation", "facts", "found", "implied", "wrong"), [*rows])


def _draw(axes: Any, scored: list[tuple[Paragraph, dict[ComparedFact, float]]]) -> None:
    counts = [count(scored, lambda _, least=threshold: least) for threshold in THRESHOLDS]  # type: ignore[misc]
    plot: list[tuple[str, list[float]]] = [
        ("precision", [c.precision for c in counts]),
        ("recall", [c.recall for c in counts]),
        ("F1", [c.f1 for c in counts]),
    ]
    for label, values in plot:
        axes.plot(THRESHOLDS, values, label=label)
    axes.set(xlabel="threshold", ylim=(0, 1))
    axes.legend()
