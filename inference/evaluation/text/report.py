"""The text model on public test sets: mentions, relations, calibration, speed."""

from inference.evaluation.local_client import version_folder
from inference.evaluation.report import Aim, Context, Plot, Report, Table
from inference.evaluation.text import calibration as text_calibration
from inference.evaluation.text import rows as text_rows
from inference.evaluation.text import speed as text_speed
from inference.evaluation.text import whole as text_whole
from inference.evaluation.text.reliability import draw, expected_error
from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.served import Served
from inference.training.text.sources import redocred as sources_redocred
from inference.training.text.sources.gazetteer import load_gazetteer
from topology.ontology import load_ontology
from topology.settings import settings

SAMPLE = 12
"""Passages of each set in a quick run."""
WINDOWS = 300
_NOTE = """None of these parts was used to train the model or to choose among models; the held-out news was looked at
for kinds of mistakes. News worded for this project, read end to end, is measured by `triplewire evaluate desk`; the
unquantised model is compared in the model card."""


def evaluate(context: Context) -> Report:
    """Measures the shipped model, as Triton serves it."""
    folder = version_folder(settings().models)
    ontology = load_ontology(settings().ontology).for_language("en")
    tokenizer = WordTokenizer(folder / "tokenizer.json")
    served = Served(folder, folder)
    threshold = settings().relation_threshold
    sample = SAMPLE if context.quick else 0
    context.need("ner")
    mentions = text_rows.mention_rows(served, tokenizer, context.data, log=context.log, sample=sample)
    context.need("re")
    demonyms = load_gazetteer(context.data / "gazetteer").demonyms
    whole = text_whole.read(folder, list(sources_redocred.redocred(context.data, "test", demonyms))[: sample or None])
    maker = ExampleMaker(tokenizer, served.known(ontology))
    relations = text_rows.relation_rows(
        served, maker, context.data, threshold, whole=whole, log=context.log, sample=sample
    )
    scored = [
        text_calibration.mention_scores(served, tokenizer, context.data, sample),
        *text_calibration.relation_scores(served, tokenizer, ontology, whole),
    ]
    windows = text_speed.news_windows(tokenizer, context.data, sample or WINDOWS)
    speed, quick_enough = text_speed.measure(served, tokenizer, windows)
    errors = {part.title: expected_error(part) for part in scored}
    return Report(
        "The text model on public test sets",
        "The shipped English model, its int8 graphs read by the code that Triton runs. A mention is right if span and "
        "type are exact; `mentions` counts persons, organizations and locations. Re-DocRED counts every fact of the "
        "ontology's relations in a document, also those across windows, which the model cannot see; from raw text it "
        "is read as the service reads it, names resolved and contradictions dropped. Relations at the default "
        f"threshold {threshold:g}.",
        (
            "UNER English PUD, test (CC BY-SA 4.0): 1,000 sentences of news and Wikipedia",
            "CoNLL++, dev (Reuters 1996; evaluation only): 3,250 sentences",
            "WikiNEuRal English, test (CC BY-NC-SA 4.0; evaluation only)",
            "Wikipedia Current Events, the last 500 articles (CC BY-SA 4.0)",
            "Re-DocRED, test (MIT): 500 documents",
            "KnowledgeNet, fold 3 (CC BY-SA 4.0): judged pairs of names",
        ),
        [_table("Mentions", mentions), _table("Relations", relations), text_calibration.table(scored), speed],
        [
            Aim("expected calibration error, mentions", errors["mentions"], 0.05, at_most=True),
            Aim(
                "expected calibration error, relations, mentions given",
                errors["relations, mentions given"],
                0.05,
                at_most=True,
            ),
            quick_enough,
        ],
        [
            Plot(
                "reliability",
                "Share that is right over the score; on the dashed line a score means what it says.",
                lambda axes: draw(axes, scored),
            )
        ],
        [_NOTE],
    )


def _table(title: str, rows: list[text_rows.Row]) -> Table:
    return Table(
        title,
        ("task", "data", "facts or mentions", "precision", "recall", "F1"),
        [
            (r.task, r.data, r.tally.right + r.tally.missed, None, r.tally.recall, None)
            if r.recall_only
            else (r.task, r.data, r.tally.right + r.tally.missed, r.tally.precision, r.tally.recall, r.tally.f1)
            for r in rows
        ],
    )
