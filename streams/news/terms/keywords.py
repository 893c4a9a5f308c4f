"""The keywords of the articles that the news stage reads."""

from collections.abc import Sequence
from typing import Protocol

from aiokafka.errors import KafkaError

from inference.text.budget import Budget, TooCostlyError
from inference.text.cleaning.markup import visible
from inference.text.keywords.vocabulary import article_terms, load_baseline
from inference.text.keywords.weigh import TermTable, keywords
from inference.text.types import TextDocument
from streams.messages.events import Keyword
from streams.news.articles import parse_article, text_of
from streams.news.terms.counting import PartitionCount, Terms
from streams.news.terms.kafka_log import KafkaTermLog
from streams.news.terms.statistics import Tables, TermStatistics
from streams.road.retry import forever
from streams.road.stage import Output, PoisonError, Record, check_headers
from topology.settings import Settings

MAX_SNAPSHOT = 6 * 1024 * 1024
"""Largest snapshot in bytes, somewhat less than the topic allows. A hostile publisher could make up words so long that
a count exceeds it; that count is not stored, and the next worker starts from an earlier snapshot."""

_TRANSIENT = (KafkaError, OSError)
_NOTHING_COUNTED = TermTable()


def terms_of(text: TextDocument | None) -> Terms:
    """Returns the terms of an article's text, as `text_of` returns it; a retraction has none.

    Raises:
        TooCostlyError: The text's budget is spent.
    """
    if text is None:
        return Terms("", [])
    with (text.budget or Budget()).open():
        return Terms(*article_terms(text.language, visible(text.headline), visible(text.body)))


class SnapshotLog(Protocol):
    """Where snapshots go; `streams.news.terms.kafka_log.KafkaTermLog` is the real one."""

    async def start(self) -> None:
        """Learns the topic's id."""

    def snapshot(self, count: PartitionCount, origin: Record) -> Output:
        """Returns the record that stores a count."""


class KeywordChooser:
    """Chooses keywords, weighed by what the stream held before each article's day."""

    def __init__(self, count: int, statistics: TermStatistics | None = None, log: SnapshotLog | None = None) -> None:
        """Opens no connection.

        Args:
            count: Most keywords of an article.
            statistics: How common terms are; None to use the shipped table alone and to count nothing.
            log: Where snapshots of counts go.
        """
        self._count = count
        self._statistics = statistics
        self._log = log

    async def start(self) -> None:
        """Waits for the broker."""
        if self._log:
            await forever(self._log.start, step="terms", on=_TRANSIENT)

    async def counted(self, rows: Sequence[tuple[Record, Terms]]) -> list[Output]:
        """Counts records and returns the snapshots to publish. Calls must begin in the order of the records."""
        statistics, log = self._statistics, self._log
        outputs: list[Output] = []
        if statistics and log:

            def keep(count: PartitionCount, origin: Record) -> None:
                output = log.snapshot(count, origin)
                if len(output.value or b"") <= MAX_SNAPSHOT:
                    outputs.append(output)

            await forever(lambda: statistics.count(rows, keep), step="terms", on=_TRANSIENT)
        return outputs

    async def of(self, record: Record, terms: Terms) -> tuple[Keyword, ...]:
        """Returns the keywords of a record with these terms, best first."""
        tables = await self._tables(record)
        found = keywords(terms.terms, tables.get(terms.language, _NOTHING_COUNTED), self._count)
        return tuple(Keyword(term=keyword.term, score=keyword.score) for keyword in found)

    async def _tables(self, record: Record) -> Tables:
        statistics = self._statistics
        if statistics is None:
            return load_baseline()
        return await forever(lambda: statistics.tables(record), step="terms", on=_TRANSIENT)


def counting_chooser(declared: Settings, topic: str) -> KeywordChooser:
    """Returns a chooser that counts the articles on a topic."""

    def read(record: Record) -> Terms | None:
        try:
            check_headers(record)
            article = parse_article(record, stage="terms", max_text=declared.max_text)
            return terms_of(text_of(article))
        except (PoisonError, TooCostlyError):
            return None

    log = KafkaTermLog(declared.kafka, topic)
    return KeywordChooser(declared.keywords, TermStatistics(log, load_baseline(), read, declared.keyword_terms), log)
