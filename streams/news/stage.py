"""The news stage: articles from `raw-news` become documents and triples on `triples`, and media on `raw-media`."""

from collections.abc import Sequence

from inference.text.language.detect import family
from inference.text.types import TextDocument, TextExtraction
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from streams.messages.events import Article, Document, Event, Keyword, Naming
from streams.messages.outputs import output
from streams.news.articles import parse_article, text_of
from streams.news.extractor import Extractor
from streams.news.media_items import media_items
from streams.news.reading import read, withdrawn
from streams.news.terms.keywords import KeywordChooser, terms_of
from streams.road.metrics import ARTICLES_READ
from streams.road.retry import forever
from streams.road.stage import Item, Output, PoisonError, Record
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import MENTIONS, NEWS_GROUP, RAW_MEDIA, RAW_NEWS, TRIPLES, Topic

CE_SOURCE = "triplewire/news"


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
        self._threshold = declared.relation_threshold
        self._max_text = declared.max_text

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
            For each article in turn its document, triples, naming and media items; of a retraction the document alone.
            Snapshots of term counts come last.

        Raises:
            PoisonError: The model rejects one of the articles.
        """
        texts = {item.record: text for item in items if (text := text_of(item.value)) is not None}
        terms = {item.record: terms_of(texts.get(item.record)) for item in items}
        # Counting comes first, because here batches are still in the log's order.
        snapshots = await self._keywords.counted(list(terms.items()))
        for text in texts.values():
            ARTICLES_READ.labels(family(text.language)).inc()
        extractions = dict(zip(texts, await self._extract(list(texts.values())), strict=True))
        outputs: list[Output] = []
        for item in items:
            record = item.record
            if record in extractions:
                keywords = await self._keywords.of(record, terms[record])
                outputs += self._stated(item, extractions[record], keywords)
            else:
                outputs.append(_document(withdrawn(item.value, record.time), record))
        return outputs + snapshots

    async def _extract(self, texts: Sequence[TextDocument]) -> list[TextExtraction]:
        try:
            return await forever(
                lambda: self._extractor.extract(texts), step="extract", on=(InferenceUnavailable, OSError)
            )
        except InferenceRejected as error:
            raise PoisonError("inference-rejected", str(error)) from error

    def _stated(self, item: Item[Article], extraction: TextExtraction, keywords: tuple[Keyword, ...]) -> list[Output]:
        article, origin = item.value, item.record
        document, triples = read(article, extraction, self._ontology, origin.time, self._threshold, keywords=keywords)
        naming = Naming(id=document.id, revision=document.revision, mentions=document.mentions)
        return [
            _document(document, origin),
            *(_output(TRIPLES, article.id, triple, triple.id, origin) for triple in triples),
            _output(MENTIONS, article.id, naming, f"{document.id}:{document.revision}", origin),
            *(_output(RAW_MEDIA, medium.id, medium, medium.id, origin) for medium in media_items(article, extraction)),
        ]


def _document(document: Document, origin: Record) -> Output:
    return _output(TRIPLES, document.id, document, f"{document.id}:{document.revision}", origin)


def _output(topic: Topic, key: str, event: Event, id_: str, origin: Record) -> Output:
    return output(topic.name, key.encode(), event, id_, source=CE_SOURCE, origin=origin)
