"""One document on its way through text extraction: split into windows, its answers, and what they come to.

Everything here charges the document's budget and checks the limits before it builds anything.
"""

import dataclasses
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import get_args

from inference.text.budget import Budget, TooCostlyError, charge
from inference.text.language.sentences import split_sentences
from inference.text.types import Field, Span, TextDocument, TextExtraction, TextMention, TextRelation
from inference.text_extraction.consistency import consistent
from inference.text_extraction.mentions import RawMention
from inference.text_extraction.modality import with_modality
from inference.text_extraction.results import WindowResult
from inference.text_extraction.routes import Route
from inference.text_extraction.windows import Window
from topology.ontology import Ontology

SMALLEST_WINDOW = 48
"""Pieces that a window counts as at least: a model spends as much on calling its networks as on so many pieces."""

LONGEST_EVIDENCE = 4000
"""Most characters of a relation's sentence. Every triple carries its sentence, so the triples of a longer one would
grow with its square: it is cut to the stretch around both names."""


@dataclass(frozen=True, slots=True)
class SplitField:
    """One field of one document, split into sentences and windows."""

    name: Field
    text: str
    sentences: list[tuple[int, int]]
    windows: list[Window]

    def sentence(self, one: Span, other: Span) -> Span | None:
        """Returns the whole sentences from the first span to the last, as one span.

        Of more than `LONGEST_EVIDENCE` characters only a stretch with both spans; None if they are farther apart than
        half of that.
        """
        begin, end = min(one.start, other.start), max(one.end, other.end)
        first = bisect_right(self.sentences, (begin, len(self.text))) - 1
        last = bisect_right(self.sentences, (end - 1, len(self.text))) - 1
        start, stop = self.sentences[first][0], self.sentences[last][1]
        if stop - start <= LONGEST_EVIDENCE:
            return Span(start, stop)
        # Stretches begin at fixed places, so that what is said twice in one of them stays one piece of evidence.
        half = LONGEST_EVIDENCE // 2
        start += (begin - start) // half * half
        return Span(start, min(stop, start + LONGEST_EVIDENCE)) if end - begin <= half else None


_Pair = tuple[SplitField, int, int, str, float, str]
"""A relation as the model reports it: its field, subject, object, relation id and score."""


@dataclass(slots=True)
class Work:
    """A document, as far as it has come.

    Attributes:
        document: The document.
        fields: Its fields.
        windows: The windows of all fields, in order.
        units: Units of work that splitting it cost.
        results: The answers so far, by place in `windows`.
    """

    document: TextDocument
    fields: list[SplitField]
    windows: list[Window]
    units: int
    results: dict[int, WindowResult] = dataclasses.field(default_factory=dict)

    @property
    def pieces(self) -> int:
        """What the model has to read, in pieces."""
        return cost_of(self.windows)


def cost_of(windows: Sequence[Window]) -> int:
    """Returns what windows cost the model, in pieces; see `SMALLEST_WINDOW`."""
    return sum(max(len(window), SMALLEST_WINDOW) for window in windows)


def split(route: Route, document: TextDocument, most_pieces: int) -> Work:
    """Splits a document.

    Args:
        route: How its language is read.
        document: The document.
        most_pieces: Most pieces that it may cost the model.

    Raises:
        TooCostlyError: It costs the model more, or its budget is spent.
    """
    names = get_args(Field)
    budget = document.budget or Budget()
    before = budget.units
    with budget.open():
        strings = [document.text(name) for name in names]
        words = route.tokenizer.words(strings)
        _check(sum(len(found.pieces) for found in words), most_pieces)
        fields = []
        for name, string, found in zip(names, strings, words, strict=True):
            charge(2 * len(string) + 4 * len(found), "splitting into sentences")
            sentences = split_sentences(string)
            fields.append(SplitField(name, string, sentences, route.windows(found, sentences)))
        windows = [window for field in fields for window in field.windows]
        _check(cost_of(windows), most_pieces)
    return Work(document, fields, windows, budget.units - before)


def _check(pieces: int, most: int) -> None:
    if pieces > most:
        raise TooCostlyError(
            f"the model would have to read {pieces:,} pieces of this text; it reads at most {most:,} of one article "
            "(setting inference_article_pieces)"
        )


def assembled(work: Work, route: Route, ontology: Ontology) -> TextExtraction:
    """Returns what the answers to all windows of a document come to.

    Raises:
        TooCostlyError: There are too many names, or the document's budget is spent.
    """
    with (work.document.budget or Budget()).open():
        return _assembled(work, route, ontology)


def _assembled(work: Work, route: Route, ontology: Ontology) -> TextExtraction:
    raw: list[RawMention] = []
    pairs: list[_Pair] = []
    described: set[str] = set()
    version = ""
    found = (work.results[place] for place in range(len(work.windows)))
    for field in work.fields:
        for window in field.windows:
            result = next(found)
            version = result.labels.version
            offset = len(raw)
            for first, end, type_, score in result.mentions:
                raw.append(RawMention(field.name, Span(*window.span(first, end)), field.text, type_, score))
            described.update(row[2] for row in result.relations if row[2] not in result.labels.relations)
            pairs += ((field, offset + s, offset + o, *rest) for s, o, *rest in result.relations)
    charge(10 * len(pairs), "comparing relations")
    named = route.names(raw)
    mentions = [mention for mention in named if mention is not None]
    # Mentions without a name drop out, so the others' indices shift.
    place = list(accumulate((mention is not None for mention in named), initial=0))
    kept = [
        (field, place[subject], place[object_], *rest)
        for field, subject, object_, *rest in pairs
        if named[subject] and named[object_]
    ]
    relations = with_modality(_strongest(kept, mentions), mentions, work.document, ontology)
    return TextExtraction(
        work.document.id,
        tuple(mentions),
        consistent(relations, mentions, ontology),
        route.model,
        version,
        frozenset(described),
        route.added,
        work.document.language,
    )


def _strongest(pairs: Sequence[_Pair], mentions: Sequence[TextMention]) -> tuple[TextRelation, ...]:
    """Returns the relation with the highest score for each subject entity, predicate, object entity and evidence."""
    best: dict[tuple[Field, Span, str, str, str, str, str], tuple[int, int, float, str]] = {}
    for field, subject, object_, predicate, score, modality in pairs:
        about, target = mentions[subject], mentions[object_]
        if about.name == target.name and about.type == target.type:
            continue
        sentence = field.sentence(about.span, target.span)
        if sentence is None:
            continue
        key = (field.name, sentence, predicate, about.type, about.name, target.type, target.name)
        if key not in best or best[key][2] < score:
            best[key] = (subject, object_, score, modality)
    return tuple(
        TextRelation(subject, object_, predicate, name, sentence, score, modality)
        for (name, sentence, predicate, *_), (subject, object_, score, modality) in best.items()
    )
