"""Text extraction: documents in, mentions and relations with character offsets out."""

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import get_args

from inference.text.language.detect import primary_subtag
from inference.text.language.sentences import split_sentences
from inference.text.language.words import WordTokenizer
from inference.text.types import Field, Span, TextDocument, TextExtraction, TextMention, TextRelation
from inference.text_extraction import routes
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable, TextClient
from inference.text_extraction.consistency import consistent
from inference.text_extraction.mentions import RawMention
from inference.text_extraction.results import WindowResult
from inference.text_extraction.routes import Route
from inference.text_extraction.windows import Window
from topology.ontology import Ontology, load_ontology
from topology.settings import settings

_PROBE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Text:
    """One field of one document, cut up."""

    field: Field
    text: str
    sentences: list[tuple[int, int]]
    windows: list[Window]

    def sentence(self, one: Span, other: Span) -> Span:
        """Returns the stretch of whole sentences that holds both spans."""
        first = bisect_right(self.sentences, (min(one.start, other.start), len(self.text))) - 1
        last = bisect_right(self.sentences, (max(one.end, other.end) - 1, len(self.text))) - 1
        return Span(self.sentences[first][0], self.sentences[last][1])


_Pair = tuple[_Text, int, int, str, float]
"""A relation as found: its text, subject, object, relation id and score."""


class TextExtractor:
    """Reads documents with the models on Triton, each in its language's. For use within one event loop."""

    def __init__(
        self, tokenizer: WordTokenizer | None = None, client: TextClient | None = None, chinese: Route | None = None
    ) -> None:
        """Connects when first used.

        Args:
            tokenizer: By default the one beside the English model in the settings' model repository.
            client: By default one for the settings' Triton.
            chinese: How Chinese is read; by default, unless a client is given, as the settings' model repository says.
        """
        chosen = settings()
        if chinese is None and client is None:
            chinese = routes.chinese(chosen)
        self._ontology = load_ontology(chosen.ontology)
        self._routes = {"en": routes.english(chosen, tokenizer, client)}
        if chinese is not None:
            self._routes["zh"] = chinese

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        """Reads documents; the more at once, the better the models are filled.

        What is found in a document does not depend on the others. One without words, or in a language that no model
        reads, yields an empty extraction.

        Raises:
            InferenceUnavailable: Transient trouble; try again.
            InferenceRejected: One of the documents can never be read.
        """
        found: dict[int, TextExtraction] = {}
        for language, route in self._routes.items():
            places = [i for i, document in enumerate(documents) if primary_subtag(document.language) == language]
            if places:
                read = await _read(route, self._ontology, [documents[i] for i in places])
                found |= zip(places, read, strict=True)
        return [found.get(i) or TextExtraction(document.id) for i, document in enumerate(documents)]

    async def trouble(self) -> str:
        """Returns why a model cannot work at the moment, by a real inference; "" if all can."""
        for route in self._routes.values():
            try:
                async with asyncio.timeout(_PROBE_SECONDS):
                    await route.client.infer([route.probe])
            except TimeoutError:
                return f"{route.model} on Triton at {route.client.url} gives no answer within {_PROBE_SECONDS:.0f} s"
            except (InferenceUnavailable, InferenceRejected) as error:
                return str(error)
        return ""

    async def ready(self) -> bool:
        """Returns whether a real inference succeeds with each model."""
        return not await self.trouble()

    async def close(self) -> None:
        """Closes the connections."""
        for route in self._routes.values():
            await route.client.close()


async def _read(route: Route, ontology: Ontology, documents: Sequence[TextDocument]) -> list[TextExtraction]:
    # Tokenising a large batch takes long enough to matter to whatever else the loop does, and lets go of the lock.
    cut = await asyncio.to_thread(_cut, route, documents)
    windows = [window for texts in cut for text in texts for window in text.windows]
    found = iter(await route.client.infer(windows))
    return [
        _assemble(route, ontology, document.id, texts, found) for document, texts in zip(documents, cut, strict=True)
    ]


def _cut(route: Route, documents: Sequence[TextDocument]) -> list[list[_Text]]:
    fields = get_args(Field)
    strings = [document.text(field) for document in documents for field in fields]
    texts = []
    for i, (string, words) in enumerate(zip(strings, route.tokenizer.words(strings), strict=True)):
        sentences = split_sentences(string)
        texts.append(_Text(fields[i % len(fields)], string, sentences, route.windows(words, sentences)))
    return [texts[i : i + len(fields)] for i in range(0, len(texts), len(fields))]


def _assemble(
    route: Route, ontology: Ontology, document: str, texts: Sequence[_Text], found: Iterator[WindowResult]
) -> TextExtraction:
    """Puts a document together from its windows' results, which are the next ones of `found`."""
    raw: list[RawMention] = []
    pairs: list[_Pair] = []
    described: set[str] = set()
    version = ""
    for text in texts:
        for window in text.windows:
            result = next(found)
            version = result.labels.version
            offset = len(raw)
            for first, end, type_, score in result.mentions:
                raw.append(RawMention(text.field, Span(*window.span(first, end)), text.text, type_, score))
            described.update(
                predicate for *_, predicate, _ in result.relations if predicate not in result.labels.relations
            )
            pairs += ((text, offset + s, offset + o, predicate, score) for s, o, predicate, score in result.relations)
    named = route.names(raw)
    mentions = [mention for mention in named if mention is not None]
    place = list(accumulate((mention is not None for mention in named), initial=0))
    kept = [
        (text, place[subject], place[object_], predicate, score)
        for text, subject, object_, predicate, score in pairs
        if named[subject] and named[object_]
    ]
    relations = consistent(_strongest(kept, mentions), mentions, ontology)
    return TextExtraction(document, tuple(mentions), relations, route.model, version, frozenset(described), route.added)


def _strongest(pairs: Sequence[_Pair], mentions: Sequence[TextMention]) -> tuple[TextRelation, ...]:
    """Returns one relation, the surest, for each (subject entity, predicate, object entity, stretch of text)."""
    best: dict[tuple[Field, Span, str, str, str, str, str], tuple[int, int, float]] = {}
    for text, subject, object_, predicate, score in pairs:
        about, target = mentions[subject], mentions[object_]
        if about.name == target.name and about.type == target.type:
            continue
        sentence = text.sentence(about.span, target.span)
        key = (text.field, sentence, predicate, about.type, about.name, target.type, target.name)
        if key not in best or best[key][2] < score:
            best[key] = (subject, object_, score)
    return tuple(
        TextRelation(subject, object_, predicate, field, sentence, score)
        for (field, sentence, predicate, *_), (subject, object_, score) in best.items()
    )
