"""The news stage without Kafka: JSON lines in, the triples they state out. For `triplewire extract`.

Lines are validated, rejected and read by the same code as records of `raw-news`.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import stamina

from inference.text.budget import Budget, TooCostlyError
from inference.text.types import TextDocument, TextExtraction
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from streams.messages.events import Article, Triple
from streams.news.articles import parse_article, text_of
from streams.news.extractor import Extractor
from streams.news.reading import TOO_COSTLY, read
from streams.news.thresholds import Thresholds
from streams.road.halving import by_halves
from streams.road.stage import PoisonError, Record
from topology.ontology import Ontology

BATCH = 512
"""Lines read at once: enough for windows of like length to share a request."""

IN_FLIGHT = 2
"""Batches in progress at once, so that the model never waits for the tokenizer."""

WAIT_SECONDS = 60.0
"""How long to wait for a model that went away to come back."""


@dataclass(frozen=True, slots=True)
class LineResult:
    """What came of one line.

    Attributes:
        number: The line's number, from 1.
        problem: Why the line could not be read; "" if it could.
        extraction: Everything found in it; None with a problem or for a retraction.
        triples: What it states, as on the topic `triples`.
    """

    number: int
    problem: str = ""
    extraction: TextExtraction | None = None
    triples: tuple[Triple, ...] = ()


@dataclass(frozen=True, slots=True)
class _Readable:
    """A line with a text to extract from."""

    number: int
    article: Article
    text: TextDocument


@dataclass(frozen=True, slots=True)
class LineReader:
    """Reads lines.

    Attributes:
        extractor: The text models.
        ontology: Which relations may hold, and what can happen.
        thresholds: How sure the model must be of what is said.
        max_text: Longest headline plus body, in characters.
        observed_at: When the articles reached us, aware.
    """

    extractor: Extractor
    ontology: Ontology
    thresholds: Thresholds
    max_text: int
    observed_at: datetime

    async def read(self, lines: Iterable[bytes]) -> AsyncIterator[list[LineResult]]:
        """Yields the results of all lines that are not blank, in order, a batch at a time.

        Raises:
            InferenceUnavailable: The model did not answer for `WAIT_SECONDS`.
        """
        batches = _batches(lines)
        running: deque[asyncio.Task[list[LineResult]]] = deque()
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

    async def _batch(self, batch: Sequence[tuple[int, bytes]]) -> list[LineResult]:
        parsed = [self._parse(number, line) for number, line in batch]
        found = iter(await self._extract([line.text for line in parsed if isinstance(line, _Readable)]))
        return [self._result(line, next(found)) if isinstance(line, _Readable) else line for line in parsed]

    def _parse(self, number: int, line: bytes) -> _Readable | LineResult:
        try:
            article = parse_article(Record("", 0, number, -1, None, line), stage="extract", max_text=self.max_text)
        except PoisonError as poison:
            return LineResult(number, str(poison))
        text = text_of(article)
        return LineResult(number) if text is None else _Readable(number, article, text)

    def _result(self, line: _Readable, extraction: TextExtraction | str) -> LineResult:
        if isinstance(extraction, str):
            return LineResult(line.number, extraction)
        try:
            with (line.text.budget or Budget()).open():
                found = read(line.article, extraction, self.ontology, self.observed_at, self.thresholds)
        except TooCostlyError as error:
            return LineResult(line.number, f"{TOO_COSTLY}: {error}")
        return LineResult(line.number, "", extraction, tuple(found.triples))

    async def _extract(self, texts: Sequence[TextDocument]) -> list[TextExtraction | str]:
        """Returns each text's extraction, or why the model rejects it."""
        return await by_halves(texts, self._patiently, on=InferenceRejected, rejected=lambda _, error: [str(error)])

    async def _patiently(self, texts: Sequence[TextDocument]) -> list[TextExtraction]:
        async for attempt in stamina.retry_context(on=InferenceUnavailable, attempts=None, timeout=WAIT_SECONDS):
            with attempt:
                try:
                    return await self.extractor.extract(texts)
                except TooCostlyError as error:
                    raise InferenceRejected(f"{TOO_COSTLY}: {error}") from error
        raise AssertionError("a retry ended without an answer")


def _batches(lines: Iterable[bytes]) -> Iterator[list[tuple[int, bytes]]]:
    numbered = ((number, line.rstrip(b"\r\n")) for number, line in enumerate(lines, start=1))
    filled = ((number, line.removeprefix(b"\xef\xbb\xbf")) for number, line in numbered if line.strip())
    while batch := list(islice(filled, BATCH)):
        yield batch
