"""How reliable the text model's scores are on public sets: mentions, and relations with and without mentions given."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from inference.evaluation.report import Table
from inference.evaluation.text.reliability import BINS, LEAST, Scored, errors
from inference.evaluation.text.whole import Whole
from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.measure import relations as evaluate_relations
from inference.training.text.measure.mentions import judged_mentions
from inference.training.text.served import Served
from inference.training.text.sources import ner as sources_ner
from topology.ontology import Ontology


def relation_scores(served: Served, tokenizer: WordTokenizer, ontology: Ontology, whole: Whole) -> list[Scored]:
    """Returns the scores of relations in documents, mentions given and from raw text."""
    examples = ExampleMaker(tokenizer, served.known(ontology)).examples(whole.passages)
    cells = list(evaluate_relations.judged_cells(served, examples))
    scores = np.concatenate([c.scores for c in cells]).astype(np.float64)
    truth = np.concatenate([c.truth for c in cells])
    kept = scores >= LEAST
    judged = list(whole.judged(served.relations))
    return [
        Scored("relations, mentions given", scores[kept], truth[kept]),
        Scored(
            "relations, from raw text", np.array([s for s, _ in judged]), np.array([t for _, t in judged], np.bool_)
        ),
    ]


def mention_scores(served: Served, tokenizer: WordTokenizer, data: Path, sample: int = 0) -> Scored:
    """Returns the scores of mentions on UNER PUD."""
    judged = list(judged_mentions(served, tokenizer, list(sources_ner.pud(data))[: sample or None]))
    return Scored("mentions", np.array([s for s, _ in judged]), np.array([t for _, t in judged], np.bool_))


def table(parts: Iterable[Scored]) -> Table:
    """Returns the errors of several kinds of scores."""
    return errors(
        "Calibration",
        parts,
        f"Relations from a score of {LEAST:g} on; {BINS} bins of equal width. Re-DocRED's annotators left out many "
        "facts that the text states, so its share of right ones is a lower bound.",
    )
