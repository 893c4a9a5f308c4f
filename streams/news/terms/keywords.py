"""The keywords of the articles that a stage reads."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from aiokafka.errors import KafkaError

from inference.text.keywords.vocabulary import article_terms, load_baseline
from inference.text.keywords.weigh import TermTable, keywords
from streams.messages.events import Article, Keyword
from streams.news.articles import language, parse_article
from streams.news.terms.counting import PartitionCount, Terms
from streams.news.terms.statistics import Tables, TermStatistics
from streams.road.retry import forever
from streams.road.stage import Output, PoisonError, Record, check_headers
from topology.settings import Settings

MAX_SNAPSHOT = 6 * 1024 * 1024
"""Bytes, some less than the topic takes. Made-up words of a hostile publisher can be so long; then the next worker
counts from an earlier snapshot."""

_TRANSIENT = (KafkaError, OSError)


def terms_of(article: Article) -> Terms:
    """Returns the terms of an article, none of a retraction."""
    if article.op == "retract":
        return Terms("", [])
    return Terms(*article_terms(language(article), article.headline, article.body))


class SnapshotLog(Protocol):
    """What is needed of `streams.news.terms.kafka_log.KafkaTermLog` besides the log itself."""

    async def start(self) -> None:
        """Learns which topic it is."""

    def snapshot(self, count: PartitionCount, origin: Record) -> Output:
        """Returns the record that keeps a count."""


class Keywords:
    """Chooses keywords, weighed by what the stream held before each article's day."""

    def __init__(self, count: int, statistics: TermStatistics | None = None, log: SnapshotLog | None = None) -> None:
        """Opens nothing.

        Args:
            count: Keywords of an article at most.
            statistics: How common terms are; None for the repository's own table alone, and to count nothing.
            log: Where counts are kept.
        """
        self._count = count
        self._statistics = statistics
        self._log = log

    async def start(self) -> None:
        """Waits for the broker."""
        if self._log:
            await forever(self._log.start, step="terms", on=_TRANSIENT)

    async def counted(self, rows: Sequence[tuple[Record, Terms]]) -> list[Output]:
        """Counts records, and returns the snapshots to publish. Calls must begin in the order of the records."""
        statistics, log = self._statistics, self._log
        outputs: list[Output] = []
        if statistics and log:

            def keep(count: PartitionCount, origin: Record) -> None:
                output = log.snapshot(count, origin)
                if len(output.value or b"") <= MAX_SNAPSHOT:
                    outputs.append(output)

            await forever(lambda: statistics.count(rows, keep), step="terms", on=_TRANSIENT)
        return outputs

    async def of(self, rows: Iterable[tuple[Record, Terms]]) -> list[tuple[Keyword, ...]]:
        """Returns the keywords of each record."""
        return [self._chosen(terms, await self._tables(record)) for record, terms in rows]

    def plain(self, article: Article) -> tuple[Keyword, ...]:
        """Returns an article's keywords as the repository's own table weighs them."""
        return self._chosen(terms_of(article), load_baseline())

    async def _tables(self, record: Record) -> Tables:
        statistics = self._statistics
        if statistics is None:
            return load_baseline()
        return await forever(lambda: statistics.tables(record), step="terms", on=_TRANSIENT)

    def _chosen(self, terms: Terms, tables: Tables) -> tuple[Keyword, ...]:
        found = keywords(terms.terms, tables.get(terms.language, _NOTHING), self._count)
        return tuple(Keyword(term=keyword.term, score=keyword.score) for keyword in found)


_NOTHING = TermTable()


def streaming(declared: Settings, topic: str) -> Keywords:
    """Returns keywords that count what is on a topic of articles."""
    from streams.news.terms.kafka_log import KafkaTermLog  # noqa: PLC0415 - `triplewire extract` knows no Kafka

    def read(record: Record) -> Terms | None:
        try:
            check_headers(record)
            return terms_of(parse_article(record, stage="terms", max_text=declared.max_text))
        except PoisonError:
            return None

    log = KafkaTermLog(declared.kafka, topic)
    return Keywords(declared.keywords, TermStatistics(log, load_baseline(), read, declared.keyword_terms), log)
