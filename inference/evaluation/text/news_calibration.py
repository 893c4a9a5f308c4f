"""Does the confidence of a fact in real news mean what it says? Facts as read end to end, against the annotation."""

from collections.abc import Iterable, Sequence

import numpy as np

from inference.evaluation.report import Aim, Table
from inference.evaluation.text.news_scoring import FoundFact, fact_of, score
from inference.evaluation.text.reliability import BINS, LEAST, Scored, errors, expected_error
from inference.text.types import TextExtraction
from inference.training.text.annotated.reading import AnnotatedText

WORST = 0.05


def judged_facts(texts: Sequence[AnnotatedText], extractions: Iterable[TextExtraction]) -> Scored:
    """Returns the confidence of each fact that is read, above any threshold or not, and whether it is right.

    A fact that is read twice in a text counts once, with the higher confidence. One that the text only implies is left
    out.
    """
    scores: list[float] = []
    right: list[bool] = []
    for text, extraction in zip(texts, extractions, strict=True):
        best: dict[FoundFact, float] = {}
        for relation in extraction.relations:
            fact = fact_of(extraction, relation)
            if relation.score >= LEAST:
                best[fact] = max(relation.score, best.get(fact, 0.0))
        for fact, confidence in best.items():
            judged = score(text, [fact]).all
            if judged.right or judged.wrong:
                scores.append(confidence)
                right.append(bool(judged.right))
    return Scored("facts", np.array(scores), np.array(right, np.bool_))


def measured(texts: Sequence[AnnotatedText], extractions: Iterable[TextExtraction]) -> tuple[Table, Aim]:
    """Returns the table and the aim of a part of the annotated news."""
    facts = judged_facts(texts, extractions)
    error = expected_error(facts)
    table = errors("Confidence", [facts], f"From a score of {LEAST:g} on; {BINS} bins of equal width.")
    return table, Aim("expected calibration error of facts", error, WORST, at_most=True)
