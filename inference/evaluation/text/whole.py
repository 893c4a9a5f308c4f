"""Facts in the raw text of whole documents, as the service publishes them: names resolved, contradictions dropped.

Documents with gold mentions and facts on one side, on the other what `TextExtractor` finds in their text. An entity of
the service is the gold entity that has a mention of exactly the same span; a fact about one that has none is wrong.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.evaluation.local_client import local_extractor
from inference.text.types import TextDocument, TextExtraction
from inference.training.text.measure.relations import gold_facts
from inference.training.text.measure.scores import Tally
from inference.training.text.sources.passages import Passage

FoundFact = tuple[object, str, object]
"""Subject, relation, object: each end a gold entity's index, or a name that is none."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Documents, and the facts that were found in the text of each, with the highest score of each."""

    passages: Sequence[Passage]
    found: Sequence[dict[FoundFact, float]]

    def tally(self, relations: Sequence[str], threshold: float) -> Tally:
        """Returns the tally of facts with a score of `threshold` at least; only `relations` are asked for."""
        total = Tally()
        for passage, facts in zip(self.passages, self.found, strict=True):
            total.add({fact for fact, score in facts.items() if score >= threshold}, gold_facts(passage, relations))
        return total

    def judged(self, relations: Sequence[str]) -> Iterator[tuple[float, bool]]:
        """Yields score and truth of every fact that was found."""
        for passage, facts in zip(self.passages, self.found, strict=True):
            gold = gold_facts(passage, relations)
            yield from ((score, fact in gold) for fact, score in facts.items())


def read(folder: Path, passages: Sequence[Passage]) -> Whole:
    """Returns what a version folder's model finds in each text."""
    found = asyncio.run(
        local_extractor(folder).extract([TextDocument(str(i), "", p.text) for i, p in enumerate(passages)])
    )
    return Whole(passages, [said(extraction, passage) for extraction, passage in zip(found, passages, strict=True)])


def said(extraction: TextExtraction, passage: Passage) -> dict[FoundFact, float]:
    """Returns the facts of an extraction as facts between a passage's entities."""
    gold = {
        (passage.marks[m].start, passage.marks[m].end): index
        for index, members in enumerate(passage.entities)
        for m in members
    }
    own = [gold.get((mention.span.start, mention.span.end)) for mention in extraction.mentions]
    resolved: dict[tuple[str, str], int] = {}
    for mention, index in zip(extraction.mentions, own, strict=True):
        if index is not None:
            resolved.setdefault((mention.type, mention.name), index)
    ends: list[object] = [
        resolved.get((mention.type, mention.name), mention.name) if index is None else index
        for mention, index in zip(extraction.mentions, own, strict=True)
    ]
    found: dict[FoundFact, float] = {}
    for relation in extraction.relations:
        subject, object_ = ends[relation.subject], ends[relation.object]
        if subject != object_:
            fact = subject, relation.predicate, object_
            found[fact] = max(relation.score, found.get(fact, 0.0))
    return found
