"""Facts in real news, end to end, against what readers annotated: the yardstick of what the service says.

The test part is looked at once, when a model is finished. The report measures the dev part unless `--part test` asks
for the other.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from inference.evaluation.local_client import knows_happenings, local_extractor, version_folder
from inference.evaluation.report import Aim, Context, Report, Table
from inference.evaluation.text import news_calibration, news_happenings
from inference.evaluation.text.least import least_scores
from inference.evaluation.text.news_scoring import TextScore, found_facts, mention_tally, score
from inference.text.types import TextDocument, TextExtraction
from inference.training.text.annotated.reading import AnnotatedText, Part, annotated
from inference.training.text.measure.scores import Tally
from streams.news.thresholds import Thresholds
from topology.ontology import load_ontology
from topology.settings import settings

PARTS: tuple[Part, ...] = ("dev", "test")
TYPES = frozenset({"person", "organization", "location", "event", "work", "product", "misc"})
QUICK = 40
DRAWS = 2000
SHARE = 0.95
MIN_SHOWN = 3
"""Facts of a relation, found or annotated, from which on it has a row of its own."""

Chosen = Callable[[TextScore], Tally]


def read(texts: Sequence[AnnotatedText]) -> list[TextExtraction]:
    """Returns what the shipped model reads in each text."""
    extractor = local_extractor(version_folder(settings().models))
    documents = [TextDocument(text.id, text.headline, text.text[len(text.headline) + 1 :]) for text in texts]
    return asyncio.run(extractor.extract(documents))


def evaluate(context: Context) -> Report:
    """Measures the shipped model on annotated news."""
    context.need("feeds")
    (part,) = context.chosen("news", PARTS) if context.parts else ("dev",)
    texts = list(annotated(context.data, "test" if part == "test" else "dev"))
    texts = texts[:QUICK] if context.quick else texts
    extractions = read(texts)
    least = least_scores()
    scores = [score(text, found_facts(extraction, least)) for text, extraction in zip(texts, extractions, strict=True)]
    mentions = {False: Tally(), True: Tally()}
    for text, extraction, one in zip(texts, extractions, scores, strict=True):
        mentions[one.long] += mention_tally(text, extraction, TYPES)
    facts = total(scores, lambda s: s.facts)
    everything = total(scores, lambda s: s.all)
    offices = total(scores, lambda s: s.offices)
    right, found = (sum(s.modality[i] for s in scores) for i in range(2))
    context.log(f"facts without geography: P {facts.precision:.3f} R {facts.recall:.3f}")
    confidence, calibrated = news_calibration.measured(texts, extractions)
    happening_tables: list[Table] = []
    happening_aims: list[Aim] = []
    if knows_happenings(version_folder(settings().models)):
        happening_tables, happening_aims = news_happenings.measured(
            texts,
            extractions,
            Thresholds.of(settings()),
            context.log,
        )
    return Report(
        f"Real news, {part} part",
        "Facts that the shipped model finds end to end in annotated news, at the default threshold "
        f"{settings().relation_threshold:g} or the ontology's own. A fact is right if its relation "
        "and both ends are; a name counts in every form in which the text or the annotation gives it, and inverse "
        "relations count as one. What a text only implies counts neither way. What it plans, doubts or denies is wrong "
        "if it is read as a fact. Intervals are 95 % bootstrap intervals over texts.",
        (f"inference/training/text/annotated/{part}.jsonl: {len(texts)} texts, annotated after docs/annotation.md",),
        [
            _facts(scores, context.seed),
            _unsaid(scores),
            _relations(scores),
            _mentions(mentions),
            confidence,
            *happening_tables,
        ],
        [
            Aim("precision of facts without geography", facts.precision, 0.85),
            Aim("recall of facts without geography", facts.recall, 0.60),
            Aim("precision of all facts", everything.precision, 0.90),
            Aim("recall of all facts", everything.recall, 0.70),
            Aim("F1 of offices", offices.f1, 0.80),
            Aim("share of found facts with the right modality", right / max(1, found), 0.90),
            calibrated,
            *happening_aims,
        ],
    )


def total(scores: Sequence[TextScore], chosen: Chosen) -> Tally:
    """Adds up one tally of every text."""
    result = Tally()
    for one in scores:
        result += chosen(one)
    return result


def interval(scores: Sequence[TextScore], chosen: Chosen, seed: int) -> tuple[str, str]:
    """Returns the intervals of precision and recall, as text; texts are drawn with replacement."""
    counts = np.array([(t.right, t.wrong, t.missed) for t in map(chosen, scores)], dtype=np.float64)
    draw = np.random.default_rng(seed)
    times = draw.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), size=DRAWS)
    right, wrong, missed = (times @ counts).T
    edges = [(1 - SHARE) / 2, (1 + SHARE) / 2]
    shares = (right / np.maximum(1, right + wrong), right / np.maximum(1, right + missed))
    precision, recall = (np.quantile(share, edges) for share in shares)
    return f"{precision[0]:.2f}-{precision[1]:.2f}", f"{recall[0]:.2f}-{recall[1]:.2f}"


def _facts(scores: Sequence[TextScore], seed: int) -> Table:
    short, long = ([s for s in scores if s.long is is_long] for is_long in (False, True))
    groups: list[tuple[str, Sequence[TextScore], Chosen]] = [
        ("without geography", scores, lambda s: s.facts),
        ("geography", scores, lambda s: s.places),
        ("all", scores, lambda s: s.all),
        ("offices", scores, lambda s: s.offices),
        ("without geography, short texts", short, lambda s: s.facts),
        ("without geography, long texts", long, lambda s: s.facts),
    ]
    rows = []
    for title, chosen, tally in groups:
        if chosen:
            t = total(chosen, tally)
            within = interval(chosen, tally, seed)
            rows.append(
                (title, t.right + t.missed, t.right, t.wrong, t.precision, within[0], t.recall, within[1], t.f1)
            )
    heads = ("facts", "stated", "right", "wrong", "precision", "interval", "recall", "interval", "F1")
    return Table("Facts", heads, [*rows])


def _unsaid(scores: Sequence[TextScore]) -> Table:
    claims, unsaid = Counter[str](), Counter[str]()
    for one in scores:
        claims.update(one.claims)
        unsaid.update(one.unsaid)
    rows = [(modality, claims[modality], unsaid[modality]) for modality in ("planned", "possible", "denied")]
    return Table("What must not be read as a fact", ("modality", "in the texts", "read as a fact"), [*rows])


def _relations(scores: Sequence[TextScore]) -> Table:
    names = {relation.id: relation.name for relation in load_ontology(settings().ontology).relations}
    rows = []
    for relation in {r for one in scores for r in one.relations}:
        t = total(scores, lambda one, relation=relation: one.relations.get(relation, Tally()))  # type: ignore[misc]
        if t.right + t.wrong + t.missed >= MIN_SHOWN:
            rows.append((names.get(relation, relation), t.right + t.missed, t.right, t.wrong, t.precision, t.recall))
    rows.sort(key=lambda row: (-row[1], row[0]))
    return Table("By relation", ("relation", "stated", "right", "wrong", "precision", "recall"), [*rows])


def _mentions(tallies: Mapping[bool, Tally]) -> Table:
    rows = [
        ("long texts" if long else "short texts", t.right + t.missed, t.right, t.wrong, t.precision, t.recall, t.f1)
        for long, t in tallies.items()
    ]
    heads = ("texts", "named", "right", "wrong", "precision", "recall", "F1")
    return Table("Mentions, characters and type", heads, [*rows])
