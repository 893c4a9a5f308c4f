"""The news stage without a wire: JSON lines in, what they state out. For `triplewire extract`.

The lines are read, refused and told exactly as records of `raw-news` are, by the same code.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import stamina

from inference.text.types import TextExtraction
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from streams.messages.events import Article, Triple
from streams.news.articles import as_document, parse_article
from streams.news.reading import read
from streams.news.stage import Extractor
from streams.road.halving import by_halves
from streams.road.stage import PoisonError, Record
from topology.ontology import Ontology

BATCH = 512
"""Lines read at once: enough to sort by length with profit."""

IN_FLIGHT = 2
"""Batches at once, so that the model never waits for the tokeniser."""

PATIENCE = 60.0
"""Seconds a model that went away has to come back."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one line.

    Attributes:
        number: The line's number, from 1.
        problem: Why it could not be read; "" if it could.
        extraction: Everything found in it; None with a problem or for a retraction.
        triples: What it states, as on the topic.
    """

    number: int
    problem: str = ""
    extraction: TextExtraction | None = None
    triples: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """How lines are read.

    Attributes:
        extractor: The model.
        ontology: Which relations may hold.
        threshold: Least confidence of a relation.
        max_text: Longest headline plus body, in characters.
        observed_at: When the articles reached us, aware.
    """

    extractor: Extractor
    ontology: Ontology
    threshold: float
    max_text: int
    observed_at: datetime

    async def read(self, lines: Iterable[bytes]) -> AsyncIterator[list[Reading]]:
        """Yields the readings of all lines that are not blank, in their order, some hundred at a time.

        Raises:
            InferenceUnavailable: The model stayed away for `PATIENCE` seconds.
        """
        batches = _batches(lines)
        running: deque[asyncio.Task[list[Reading]]] = deque()
        try:
            while True:
                for batch in islice(batches, IN_FLIGHT - len(running)):
                    running.append(asyncio.create_task(self._batch(batch)))
                if not running:
                    return
                yield await running.popleft()
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _batch(self, batch: Sequence[tuple[int, bytes]]) -> list[Reading]:
        articles: list[tuple[int, Article | str]] = [(number, self._parse(number, line)) for number, line in batch]
        found = await self._extract([a for _, a in articles if isinstance(a, Article) and a.op == "upsert"])
        return [self._reading(number, article, found) for number, article in articles]

    def _parse(self, number: int, line: bytes) -> Article | str:
        record = Record("", 0, number, -1, None, line)
        try:
            return parse_article(record, stage="extract", max_text=self.max_text)
        except PoisonError as poison:
            return str(poison)

    def _reading(self, number: int, article: Article | str, found: Iterator[TextExtraction | str]) -> Reading:
        if isinstance(article, str):
            return Reading(number, article)
        if article.op == "retract":
            return Reading(number)
        extraction = next(found)
        if isinstance(extraction, str):
            return Reading(number, extraction)
        _, triples = read(article, extraction, self.ontology, self.observed_at, self.threshold)
        return Reading(number, "", extraction, tuple(triples))

    async def _extract(self, articles: Sequence[Article]) -> Iterator[TextExtraction | str]:
        """Returns each article's extraction, or why the model refuses it."""
        return iter(
            await by_halves(articles, self._patiently, on=InferenceRejected, rejected=lambda _, error: [str(error)])
        )

    async def _patiently(self, articles: Sequence[Article]) -> list[TextExtraction]:
        documents = [as_document(article) for article in articles]
        async for attempt in stamina.retry_context(on=InferenceUnavailable, attempts=None, timeout=PATIENCE):
            with attempt:
                return await self.extractor.extract(documents)
        raise AssertionError("a retry ended without an answer")


def _batches(lines: Iterable[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    numbered = ((number, line.rstrip(b"\r\n")) for number, line in enumerate(lines, start=1))
    filled = ((number, line.removeprefix(b"\xef\xbb\xbf")) for number, line in numbered if line.strip())
    while batch := list(islice(filled, BATCH)):
        yield batch
