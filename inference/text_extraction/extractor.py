"""Text extraction: documents in, mentions and relations with character offsets out."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Self, get_args

from inference.text.language.detect import primary_subtag
from inference.text.language.sentences import split_sentences
from inference.text.types import Field, Span, TextDocument, TextExtraction, TextMention, TextRelation
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from inference.text_extraction.consistency import consistent
from inference.text_extraction.mentions import RawMention
from inference.text_extraction.results import WindowResult
from inference.text_extraction.routes import Route, language_routes
from inference.text_extraction.windows import Window
from topology.ontology import Ontology, load_ontology
from topology.settings import Settings

_PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _SplitField:
    """One field of one document, split into sentences and windows."""

    name: Field
    text: str
    sentences: list[tuple[int, int]]
    windows: list[Window]

    def sentence(self, one: Span, other: Span) -> Span:
        """Returns the whole sentences from the first span to the last, as one span."""
        first = bisect_right(self.sentences, (min(one.start, other.start), len(self.text))) - 1
        last = bisect_right(self.sentences, (max(one.end, other.end) - 1, len(self.text))) - 1
        return Span(self.sentences[first][0], self.sentences[last][1])


_Pair = tuple[_SplitField, int, int, str, float]
"""A relation as the model reports it: its field, subject, object, relation id and score."""


class TextExtractor:
    """Reads each document with its language's model on Triton. For use within one event loop."""

    def __init__(self, routes: Mapping[str, Route], ontology: Ontology) -> None:
        """Connects on first use.

        Args:
            routes: How each language (primary subtag) is read.
            ontology: Decides which relations contradict each other.
        """
        self._routes = routes
        self._ontology = ontology

    @classmethod
    def of(cls, chosen: Settings) -> Self:
        """Returns the extractor that these settings describe.

        Raises:
            FileNotFoundError: The model repository has no English model.
            OntologyError: The ontology file is not valid.
        """
        ontology = load_ontology(chosen.ontology)
        return cls(language_routes(chosen, ontology), ontology)

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        """Extracts from documents; many at once make better use of the models.

        What is found in a document does not depend on the others. A document without words, or in a language that no
        model reads, yields an empty extraction.

        Raises:
            InferenceUnavailable: The model cannot answer now; the same call may succeed later.
            InferenceRejected: The model will never accept one of the documents.
        """
        found: dict[int, TextExtraction] = {}
        for language, route in self._routes.items():
            places = [i for i, document in enumerate(documents) if primary_subtag(document.language) == language]
            if places:
                read = await _read(route, self._ontology, [documents[i] for i in places])
                found |= zip(places, read, strict=True)
        return [
            found.get(i) or TextExtraction(document.id, language=document.language)
            for i, document in enumerate(documents)
        ]

    async def trouble(self) -> str:
        """Asks each model for a real inference; returns why one cannot answer, or "" if all can."""
        for route in self._routes.values():
            try:
                async with asyncio.timeout(_PROBE_SECONDS):
                    await route.client.infer([route.probe])
            except TimeoutError:
                return f"{route.model} on Triton at {route.client.url} did not answer within {_PROBE_SECONDS:.0f} s"
            except (InferenceUnavailable, InferenceRejected) as error:
                return str(error)
        return ""

    async def close(self) -> None:
        """Closes the connections."""
        for route in self._routes.values():
            await route.client.close()


async def _read(route: Route, ontology: Ontology, documents: Sequence[TextDocument]) -> list[TextExtraction]:
    # Tokenizing a large batch would hold up the event loop for too long; in a thread it releases the GIL.
    cut = await asyncio.to_thread(_split, route, documents)
    windows = [window for fields in cut for field in fields for window in field.windows]
    found = iter(await route.client.infer(windows))
    return [
        _assemble(route, ontology, document, fields, found) for document, fields in zip(documents, cut, strict=True)
    ]


def _split(route: Route, documents: Sequence[TextDocument]) -> list[list[_SplitField]]:
    """Splits the fields of each document, all of them in one call of the tokenizer."""
    names = get_args(Field)
    strings = [document.text(name) for document in documents for name in names]
    fields = []
    for i, (string, words) in enumerate(zip(strings, route.tokenizer.words(strings), strict=True)):
        sentences = split_sentences(string)
        fields.append(_SplitField(names[i % len(names)], string, sentences, route.windows(words, sentences)))
    return [fields[i : i + len(names)] for i in range(0, len(fields), len(names))]


def _assemble(
    route: Route,
    ontology: Ontology,
    document: TextDocument,
    fields: Sequence[_SplitField],
    found: Iterator[WindowResult],
) -> TextExtraction:
    """Returns a document's extraction from its windows' results, which are the next ones of `found`."""
    raw: list[RawMention] = []
    pairs: list[_Pair] = []
    described: set[str] = set()
    version = ""
    for field in fields:
        for window in field.windows:
            result = next(found)
            version = result.labels.version
            offset = len(raw)
            for first, end, type_, score in result.mentions:
                raw.append(RawMention(field.name, Span(*window.span(first, end)), field.text, type_, score))
            described.update(
                predicate for *_, predicate, _ in result.relations if predicate not in result.labels.relations
            )
            pairs += ((field, offset + s, offset + o, predicate, score) for s, o, predicate, score in result.relations)
    named = route.names(raw)
    mentions = [mention for mention in named if mention is not None]
    # Mentions without a name drop out, so the others' indices shift.
    place = list(accumulate((mention is not None for mention in named), initial=0))
    kept = [
        (field, place[subject], place[object_], predicate, score)
        for field, subject, object_, predicate, score in pairs
        if named[subject] and named[object_]
    ]
    return TextExtraction(
        document.id,
        tuple(mentions),
        consistent(_strongest(kept, mentions), mentions, ontology),
        route.model,
        version,
        frozenset(described),
        route.added,
        document.language,
    )


def _strongest(pairs: Sequence[_Pair], mentions: Sequence[TextMention]) -> tuple[TextRelation, ...]:
    """Returns the relation with the highest score for each subject entity, predicate, object entity and evidence."""
    best: dict[tuple[Field, Span, str, str, str, str, str], tuple[int, int, float]] = {}
    for field, subject, object_, predicate, score in pairs:
        about, target = mentions[subject], mentions[object_]
        if about.name == target.name and about.type == target.type:
            continue
        sentence = field.sentence(about.span, target.span)
        key = (field.name, sentence, predicate, about.type, about.name, target.type, target.name)
        if key not in best or best[key][2] < score:
            best[key] = (subject, object_, score)
    return tuple(
        TextRelation(subject, object_, predicate, name, sentence, score)
        for (name, sentence, predicate, *_), (subject, object_, score) in best.items()
    )
