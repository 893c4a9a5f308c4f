"""More names for sentences in which only the two ends of a fact are marked.

Where every marked pair has a relation, a model learns to see the relation and not whose it is. So an earlier
model marks the other names of such sentences, and pairs of these are counter-examples.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from inference.text.language.sentences import split_sentences
from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import make_windows
from inference.training.text.served import Served
from inference.training.text.sources.offices import is_office
from inference.training.text.sources.passages import Judged, Mark, Passage, types

NEWS = "current-events"
SPARSE = ("knowledgenet", "fewrel-val_wiki", "fewrel-val_nyt", "tekgen", NEWS)
LEAST_SCORE = 0.9
_MANY_IDS = """
P17 P27 P40 P50 P54 P108 P123 P131 P150 P161 P162 P166 P172 P175 P206 P276 P361 P463 P495 P527 P674 P1056 P1441 P3373
"""
_MANY = types(_MANY_IDS.split())
"""Relations that hold of several objects or subjects in one sentence: there a pair that shares an end stays open."""


def add_candidates(passages: Iterable[Passage], served: Served, tokenizer: WordTokenizer) -> Iterator[Passage]:
    """Yields the passages, those of sparse sources with the names that the served model is sure of."""
    for passage in passages:
        yield _enrich(passage, served, tokenizer) if passage.source in SPARSE else passage


def _enrich(passage: Passage, served: Served, tokenizer: WordTokenizer) -> Passage:
    (words,) = tokenizer.words([passage.text])
    windows = make_windows(words, split_sentences(passage.text))
    if not windows:
        return passage
    read = served.read(windows, tokenizer)
    marks = list(passage.marks)
    entities = [list(members) for members in passage.entities]
    for (window, first, end, kind), score in zip(read.mentions.tolist(), read.mention_scores.tolist(), strict=True):
        start, stop = windows[window].span(first, end)
        if score < LEAST_SCORE or any(m.start < stop and start < m.end for m in marks):
            continue
        if is_office(passage.text[start:stop]):
            continue
        names = set(passage.text[start:stop].lower().split())
        home = next((e for e in entities if _related(passage.text, [marks[m] for m in e], names)), None)
        if home is None:
            entities.append(home := [])
        home.append(len(marks))
        marks.append(Mark(start, stop, types((served.types[kind],))))
    return replace(
        passage,
        marks=tuple(marks),
        entities=tuple(map(tuple, entities)),
        judged=passage.judged + tuple(_judged(passage, len(entities))),
    )


def _related(text: str, marks: list[Mark], names: set[str]) -> bool:
    """Returns whether a name shares its words with one of an entity's: "Cook" and "Tim Cook"."""
    return any(names <= (words := set(text[mark.start : mark.end].lower().split())) or words <= names for mark in marks)


def _judged(passage: Passage, entities: int) -> Iterator[Judged]:
    """Yields the counter-examples of a sentence with one fact.

    One with judged properties covers all pairs already; news says more than the facts that rules read in it.
    """
    if passage.source == NEWS or any(verdict.subject == -1 for verdict in passage.judged):
        return
    for fact in passage.facts:
        ends = {fact.subject, fact.object}
        for subject in range(entities):
            for obj in range(entities):
                shared = len(ends & {subject, obj})
                if subject != obj and (shared == 0 or (shared == 1 and fact.relation not in _MANY)):
                    yield Judged(subject, obj, types((fact.relation,)))
