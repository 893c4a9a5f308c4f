"""One document on its way through text extraction: split into windows, its answers, and what they come to.

Everything here charges the document's budget and checks the limits before it builds anything.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import get_args

from inference.text.budget import Budget, TooCostlyError, charge
from inference.text.language.detect import primary_subtag
from inference.text.types import Field, Span, TextDocument, TextExtraction, TextMention, TextRelation
from inference.text_extraction.added_classes import WindowText
from inference.text_extraction.consistency import consistent, meant
from inference.text_extraction.fields import SplitField
from inference.text_extraction.happenings import ReportedHappening, happenings_of
from inference.text_extraction.mentions import RawMention
from inference.text_extraction.modality import with_modality
from inference.text_extraction.offices import owned, with_institutions
from inference.text_extraction.respectively import Scored, paired
from inference.text_extraction.results import WindowResult
from inference.text_extraction.roles import with_roles
from inference.text_extraction.routes import Route
from inference.text_extraction.spans import named_span, named_type, nicknamed, whole_names
from inference.text_extraction.tables import within_rows
from inference.text_extraction.windows import Window, divided
from inference.text_extraction.wording.across import borne_out
from inference.text_extraction.wording.crossed import without_crossed
from inference.text_extraction.wording.leaders import by_title
from inference.text_extraction.wording.of_others import without_others
from inference.text_extraction.wording.stated import with_statements
from topology.ontology import Ontology

SMALLEST_WINDOW = 48
"""Pieces that a window counts as at least: a model spends as much on calling its networks as on so many pieces."""

SURE, SUREST = 0.9, 0.95
"""Scores of facts beyond the first are drawn in below the second. Chosen on the dev part of the annotated news
(docs/decisions/0079)."""

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


def read_windows(work: Work) -> list[WindowText]:
    """Returns the windows of a document that the model has read whole."""
    texts = (field.text for field in work.fields for _ in field.windows)
    return [
        WindowText(text, window, work.results[place])
        for place, (text, window) in enumerate(zip(texts, work.windows, strict=True))
    ]


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
        readings = route.clean(document.headline, document.body)
        words = route.tokenizer.words([reading.punctuated for reading in readings])
        _check(sum(len(found.pieces) for found in words), most_pieces)
        fields = []
        for name, reading, found in zip(names, readings, words, strict=True):
            text, sentences = reading.text, reading.sentences
            if len(text) != len(document.text(name)):
                raise AssertionError(f"cleaning moved the offsets of the {name} of {document.id}")
            charge(2 * len(text) + 4 * len(found), "splitting into windows")
            windows = divided(route.windows(found, sentences), reading.breaks)
            fields.append(SplitField(name, text, sentences, windows, reading.places))
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
    reported: list[ReportedHappening] = []
    described: set[str] = set()
    version = ""
    found = (work.results[place] for place in range(len(work.windows)))
    for field in work.fields:
        called = nicknamed(field.text)
        for window in field.windows:
            result = next(found)
            version = result.labels.version
            place_of = _gathered([_raw(field, window, mention) for mention in result.mentions], called, raw)
            described.update(row[2] for row in result.relations if row[2] not in result.labels.relations)
            pairs += [
                (field, place_of[s], place_of[o], id_, score, modality)
                for s, o, id_, score, modality in result.relations
                if place_of[s] != place_of[o]
            ]
            reported += [ReportedHappening(field, window, place_of, happening) for happening in result.happenings]
    charge(10 * len(pairs), "comparing relations")
    named = route.names(raw)
    texts = {field.name: field.text for field in work.fields}
    read = dataclasses.replace(work.document, headline=texts["headline"], body=texts["body"])
    there = [_as_sent(mention, work.document) for mention in named if mention is not None]
    mentions = with_institutions(there, read)
    # Mentions without a name drop out, so the others' indices shift.
    place = list(accumulate((mention is not None for mention in named), initial=0))
    scored: dict[Field, list[Scored]] = {field.name: [] for field in work.fields}
    for field, subject, object_, id_, score, modality in pairs:
        if named[subject] and named[object_]:
            scored[field.name].append((place[subject], place[object_], id_, score, modality))
    kept: list[_Pair] = []
    english = primary_subtag(work.document.language) == "en"
    for field in work.fields:
        own = [i for i, mention in enumerate(mentions) if mention.field == field.name]
        rows = _as_worded(scored[field.name], own, mentions, field) if english else scored[field.name]
        within = within_rows(paired(rows, own, mentions, field), mentions, field.text)
        kept += (
            (field, subject, object_, meant(id_, mentions[subject].type, ontology), score, modality)
            for subject, object_, id_, score, modality in within
        )
    relations = consistent(with_modality(_strongest(kept, mentions), mentions, read, ontology), mentions, ontology)
    known, facts = owned(mentions, relations, read)
    if english:
        facts = tuple(dataclasses.replace(fact, score=tempered(fact.score)) for fact in facts)
    at = [place[i] if mention is not None else None for i, mention in enumerate(named)]
    happenings = happenings_of(reported, at, known, read, ontology)
    return TextExtraction(
        work.document.id,
        with_roles(known, read),
        facts,
        route.model,
        version,
        frozenset(described),
        route.added,
        work.document.language,
        tuple(dataclasses.replace(one, trigger=_as_sent(one.trigger, work.document)) for one in happenings),
    )


def tempered(score: float) -> float:
    """Returns the confidence of a fact in English news whose relation has this score; the order of facts stays.

    The score says how sure the relation between two names is. That a name ends where it was read, and means whom it
    seems to, is never surer than `SUREST`: of facts in annotated news with a score near 1, one in eleven is wrong.
    """
    return score if score <= SURE else SURE + (score - SURE) * (SUREST - SURE) / (1 - SURE)


def _raw(field: SplitField, window: Window, mention: tuple[int, int, str, float]) -> RawMention:
    first, end, type_, score = mention
    span = named_span(field.text, Span(*window.span(first, end)), type_)
    surface = field.text[span.start : span.end]
    of_type = "location" if (span.start, span.end) in field.places else named_type(surface, type_)
    return RawMention(field.name, span, field.text, of_type, score)


def _gathered(found: Sequence[RawMention], people: Sequence[Span], raw: list[RawMention]) -> list[int]:
    """Adds the names of a window to `raw`, each in one piece, and returns where each of them is in it."""
    pieces = dict(whole_names([(mention.span, mention.type) for mention in found], people)) if people else {}
    places: list[int] = []
    last = -1
    for place, mention in enumerate(found):
        if place > last:
            last = pieces.get(place, place)
            raw.append(mention if last == place else _joined(found[place : last + 1]))
        places.append(len(raw) - 1)
    return places


def _joined(pieces: Sequence[RawMention]) -> RawMention:
    span = Span(pieces[0].span.start, pieces[-1].span.end)
    return pieces[0]._replace(span=span, score=max(piece.score for piece in pieces))


def _as_worded(
    relations: Sequence[Scored], items: Sequence[int], mentions: Sequence[TextMention], field: SplitField
) -> Sequence[Scored]:
    """Returns the relations of an English field that its words bear out, with those that they state."""
    stated = with_statements(relations, items, mentions, field)
    borne = without_others(borne_out(stated, items, mentions, field), items, mentions, field)
    return by_title(without_crossed(borne, mentions, field), mentions, field)


def _as_sent(mention: TextMention, document: TextDocument) -> TextMention:
    """Returns a mention with the characters that were sent, where cleaning changed them."""
    sent = document.text(mention.field)[mention.span.start : mention.span.end]
    return mention if sent == mention.text else dataclasses.replace(mention, text=sent)


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
