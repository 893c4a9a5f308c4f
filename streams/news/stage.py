"""The news stage: articles from `raw-news` become documents and triples on `triples`, and media on `raw-media`."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from inference.text.language.detect import family
from inference.text.types import TextDocument, TextExtraction
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from streams.messages.events import Article, Keyword, Naming
from streams.messages.outputs import output
from streams.news.articles import as_document, language, parse_article
from streams.news.reading import media_items, read
from streams.news.terms.keywords import Keywords, terms_of
from streams.road.metrics import ARTICLES_READ
from streams.road.retry import forever
from streams.road.stage import Item, Output, PoisonError, Record
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import MENTIONS, NEWS_GROUP, RAW_MEDIA, RAW_NEWS, TRIPLES

CE_SOURCE = "triplewire/news"


class Extractor(Protocol):
    """What the stage needs of text extraction; `inference.text_extraction.extractor.TextExtractor` is one."""

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        """Reads documents.

        Raises:
            InferenceUnavailable: Transient trouble.
            InferenceRejected: One of the documents can never be read.
        """

    async def trouble(self) -> str:
        """Returns why the model cannot work at the moment, or ""."""

    async def close(self) -> None:
        """Closes the connection."""


class NewsStage:
    """Reads articles; see `streams.road.stage.Stage`."""

    name = "news"
    topic = RAW_NEWS
    group = NEWS_GROUP

    def __init__(self, extractor: Extractor, keywords: Keywords | None = None) -> None:
        """Opens nothing.

        Args:
            extractor: The model.
            keywords: Keywords; if not given, such as weigh by the repository's own table and count nothing.
        """
        declared = settings()
        self._keywords = keywords or Keywords(declared.keywords)
        self.batch_size = declared.batch_size
        self.in_flight = declared.in_flight
        self._extractor = extractor
        self._ontology = load_ontology(declared.ontology)
        self._threshold = declared.relation_threshold
        self._max_text = declared.max_text

    async def start(self) -> None:
        """Waits for the broker, whose counts weigh keywords; the extractor connects when first used."""
        await self._keywords.start()

    async def stop(self) -> None:
        """Closes the extractor."""
        await self._extractor.close()

    async def ready(self) -> str:
        """Returns why the model cannot work at the moment, or ""."""
        return await self._extractor.trouble()

    def parse(self, record: Record) -> Article:
        """Reads an article.

        Raises:
            PoisonError: See `streams.news.articles`.
        """
        return parse_article(record, stage=self.name, max_text=self._max_text)

    async def process(self, items: Sequence[Item[Article]]) -> list[Output]:
        """Extracts all articles at once; returns each one's document, its triples and its media, in that order.

        Raises:
            PoisonError: The model refuses some article.
        """
        terms = [(item.record, terms_of(item.value)) for item in items]
        # First of all, because here batches are still in order.
        snapshots = await self._keywords.counted(terms)
        for item in items:
            if item.value.op == "upsert":
                ARTICLES_READ.labels(family(language(item.value))).inc()
        extractions = iter(await self._extract([item.value for item in items if item.value.op == "upsert"]))
        outputs: list[Output] = []
        for item, keywords in zip(items, await self._keywords.of(terms), strict=True):
            article = item.value
            extraction = next(extractions) if article.op == "upsert" else TextExtraction(article.id)
            outputs += self._outputs(item.record, article, extraction, keywords)
        return outputs + snapshots

    async def _extract(self, articles: Sequence[Article]) -> list[TextExtraction]:
        if not articles:
            return []
        documents = [as_document(article) for article in articles]
        try:
            return await forever(
                lambda: self._extractor.extract(documents), step="extract", on=(InferenceUnavailable, OSError)
            )
        except InferenceRejected as error:
            raise PoisonError("inference-rejected", str(error)) from error

    def _outputs(
        self, record: Record, article: Article, extraction: TextExtraction, keywords: tuple[Keyword, ...]
    ) -> list[Output]:
        document, triples = read(article, extraction, self._ontology, record.time, self._threshold, keywords=keywords)
        key, whole = article.id.encode(), f"{document.id}:{document.revision}"
        send = partial(output, source=CE_SOURCE, origin=record)
        outputs = [send(TRIPLES.name, key, document, whole)]
        outputs += [send(TRIPLES.name, key, triple, triple.id) for triple in triples]
        if article.op == "upsert":
            naming = Naming(id=document.id, revision=document.revision, mentions=document.mentions)
            outputs.append(send(MENTIONS.name, key, naming, whole))
            outputs += [
                send(RAW_MEDIA.name, item.id.encode(), item, item.id) for item in media_items(article, extraction)
            ]
        return outputs
