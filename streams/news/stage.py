"""The news stage: articles from `raw-news` become documents and triples on `triples`, and media on `raw-media`."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from inference.text.budget import Budget, TooCostlyError, at_most
from inference.text.language.detect import family
from inference.text.types import TextDocument, TextExtraction
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from streams.messages.base import Event
from streams.messages.events import Article, Document, Keyword, Naming
from streams.messages.happening_events import HappeningReport
from streams.messages.outputs import output
from streams.news.articles import parse_article, text_of
from streams.news.extractor import Extractor
from streams.news.media_items import media_items
from streams.news.reading import TOO_COSTLY, Reading, read, withdrawn
from streams.news.terms.counting import Terms
from streams.news.terms.keywords import KeywordChooser, terms_of
from streams.news.thresholds import Thresholds
from streams.road.metrics import ARTICLES_READ
from streams.road.retry import forever
from streams.road.stage import Item, Output, PoisonError, Record
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import MENTIONS, NEWS_GROUP, RAW_MEDIA, RAW_NEWS, TRIPLES, Topic

CE_SOURCE = "triplewire/news"

MOST_MESSAGE_BYTES = 6 * 1024 * 1024
"""Most bytes of one message about an article; its topic allows somewhat more."""

MOST_KEPT = 2048
"""Extractions, and refusals, that are kept at most for a call that repeats. Partitions that go to another worker leave
some behind."""

MOST_OUTPUT_BYTES = 32 * 1024 * 1024
"""Most bytes of all messages about an article. For those of our feeds it is less than 200 kB."""

_Place = tuple[int, int, int]
"""Partition, offset and generation of a record: the record itself holds its bytes."""


def _place(record: Record) -> _Place:
    return record.partition, record.offset, record.generation


class NewsStage:
    """Reads articles; see `streams.road.stage.Stage`."""

    name = "news"
    topic = RAW_NEWS
    group = NEWS_GROUP

    def __init__(self, extractor: Extractor, keywords: KeywordChooser | None = None) -> None:
        """Opens no connection.

        Args:
            extractor: The text models.
            keywords: Chooses keywords. By default it weighs terms by the shipped table alone and counts nothing.
        """
        declared = settings()
        self._keywords = keywords or KeywordChooser(declared.keywords)
        self.batch_size = declared.batch_size
        self.in_flight = declared.in_flight
        self._extractor = extractor
        self._ontology = load_ontology(declared.ontology)
        self._thresholds = Thresholds.of(declared)
        self._max_text = declared.max_text
        self._extracted: dict[TextDocument, TextExtraction] = {}
        self._refused: dict[_Place, str] = {}

    async def start(self) -> None:
        """Waits for the broker, which holds the term counts; the extractor connects on first use."""
        await self._keywords.start()

    async def stop(self) -> None:
        """Closes the extractor."""
        await self._extractor.close()

    async def ready(self) -> str:
        """Returns why the models cannot work at the moment, or ""."""
        return await self._extractor.trouble()

    def parse(self, record: Record) -> Article:
        """Validates an article.

        Raises:
            PoisonError: See `streams.news.articles`.
        """
        return parse_article(record, stage=self.name, max_text=self._max_text)

    async def process(self, items: Sequence[Item[Article]]) -> list[Output]:
        """Extracts from all articles at once.

        Returns:
            For each article in turn its document, triples, naming and media items; of a retraction the document, and a
            naming that says nothing. Snapshots of term counts come last.

        The road calls again with halves of the articles if one is refused. What was found to be too costly is then
        refused at once: to find it out again in each half would hold up the partition several times as long.

        Raises:
            PoisonError: The model rejects one of the articles, or one costs more than one may.
        """
        known = next((why for item in items if (why := self._refused.get(_place(item.record)))), "")
        if not known:
            try:
                return await self._process(items)
            except TooCostlyError as error:
                known = str(error)
        if len(items) == 1:
            self._refused.pop(_place(items[0].record), None)
        raise PoisonError(TOO_COSTLY, known)

    async def _process(self, items: Sequence[Item[Article]]) -> list[Output]:
        # Heavy steps leave the event loop, so that /health answers and Kafka hears from us whatever an article holds.
        texts, terms, refused = await asyncio.to_thread(_texts_and_terms, items)
        if refused:
            raise self._too_costly(refused)
        # Counting comes first, because here batches are still in the log's order.
        snapshots = await self._keywords.counted(list(terms.items()))
        for text in texts.values():
            ARTICLES_READ.labels(family(text.language)).inc()
        extractions = await self._extract(texts)
        outputs: list[Output] = []
        for item in items:
            record = item.record
            if record not in extractions:
                outputs += _withdrawal(withdrawn(item.value, record.time), record)
                continue
            keywords = await self._keywords.of(record, terms[record])
            budget = texts[record].budget or Budget()
            try:
                outputs += await asyncio.to_thread(self._stated, item, extractions[record], keywords, budget)
            except TooCostlyError as error:
                # The road calls again with halves of these items, which the models need not read again.
                if len(items) > 1 and len(self._extracted) < MOST_KEPT:
                    self._extracted |= {texts[record]: extraction for record, extraction in extractions.items()}
                raise self._too_costly({record: str(error)}) from error
        return outputs + snapshots

    def _too_costly(self, refused: Mapping[Record, str]) -> TooCostlyError:
        """Returns the error of these records, and remembers why each of them is refused."""
        for record, why in refused.items():
            if len(self._refused) >= MOST_KEPT:
                self._refused.pop(next(iter(self._refused)))
            self._refused[_place(record)] = why
        return TooCostlyError(next(iter(refused.values())))

    async def _extract(self, texts: Mapping[Record, TextDocument]) -> dict[Record, TextExtraction]:
        known = {text: self._extracted.pop(text) for text in texts.values() if text in self._extracted}
        places = [record for record, text in texts.items() if text not in known]
        unread = [texts[record] for record in places]
        try:
            found = await forever(
                lambda: self._extractor.extract(unread), step="extract", on=(InferenceUnavailable, OSError)
            )
        except (InferenceRejected, TooCostlyError) as error:
            self._extracted |= known
            if isinstance(error, TooCostlyError):
                if not error.items:
                    raise
                raise self._too_costly({places[i]: why for i, why in error.items.items()}) from error
            raise PoisonError("inference-rejected", str(error)) from error
        known |= zip(unread, found, strict=True)
        return {record: known[text] for record, text in texts.items()}

    def _stated(
        self, item: Item[Article], extraction: TextExtraction, keywords: tuple[Keyword, ...], budget: Budget
    ) -> list[Output]:
        article, origin = item.value, item.record
        with budget.open():
            found = read(article, extraction, self._ontology, origin.time, self._thresholds, keywords=keywords)
            return list(_fitting(_outputs(article, extraction, found, origin)))


def _texts_and_terms(
    items: Sequence[Item[Article]],
) -> tuple[dict[Record, TextDocument], dict[Record, Terms], dict[Record, str]]:
    """Returns the text of each article that is no retraction, the terms of each, and why some are too costly."""
    texts: dict[Record, TextDocument] = {}
    terms: dict[Record, Terms] = {}
    refused: dict[Record, str] = {}
    for item in items:
        if (text := text_of(item.value)) is not None:
            texts[item.record] = text
        try:
            terms[item.record] = terms_of(text)
        except TooCostlyError as error:
            refused[item.record] = str(error)
    return texts, terms, refused


def _outputs(article: Article, extraction: TextExtraction, found: Reading, origin: Record) -> Iterable[Output]:
    yield _document(found.document, origin)
    yield from (_output(TRIPLES, article.id, triple, triple.id, origin) for triple in found.triples)
    yield _naming(found.document, found.happenings, origin)
    for medium in media_items(article, extraction):
        yield _output(RAW_MEDIA, medium.id, medium, medium.id, origin)


def _fitting(outputs: Iterable[Output]) -> Iterable[Output]:
    """Yields outputs while they fit, so that of an article that is refused nothing is published.

    Raises:
        TooCostlyError: One of them is too large, or all of them together are.
    """
    total = 0
    for output_ in outputs:
        size = len(output_.value or b"")
        at_most(size, MOST_MESSAGE_BYTES, f"bytes in one message on {output_.topic}")
        total += size
        at_most(total, MOST_OUTPUT_BYTES, "bytes in all messages about one article")
        yield output_


def _withdrawal(document: Document, origin: Record) -> Iterable[Output]:
    yield _document(document, origin)
    # So that nobody counts what it said happened any more.
    yield _naming(document, (), origin)


def _naming(document: Document, happenings: tuple[HappeningReport, ...], origin: Record) -> Output:
    naming = Naming(id=document.id, revision=document.revision, mentions=document.mentions, happenings=happenings)
    return _output(MENTIONS, document.id, naming, f"{document.id}:{document.revision}", origin)


def _document(document: Document, origin: Record) -> Output:
    return _output(TRIPLES, document.id, document, f"{document.id}:{document.revision}", origin)


def _output(topic: Topic, key: str, event: Event, id_: str, origin: Record) -> Output:
    return output(topic.name, key.encode(), event, id_, source=CE_SOURCE, origin=origin)
