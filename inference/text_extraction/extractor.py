"""Text extraction: documents in, mentions and relations with character offsets out."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Self, TypeVar

from inference.text.budget import TooCostlyError
from inference.text.language.detect import primary_subtag
from inference.text.types import TextDocument, TextExtraction
from inference.text_extraction.client import InferenceRejected, InferenceUnavailable
from inference.text_extraction.routes import Route, language_routes
from inference.text_extraction.unfinished import Unfinished
from inference.text_extraction.work import Work, assembled, read_windows, split
from topology.ontology import Ontology, load_ontology
from topology.settings import Settings

_PROBE_SECONDS = 5.0

MOST_PIECES = 100_000
"""Default for most pieces of one document: half a minute of work for a model on one core."""

MOST_CHARACTERS = 2_000_000
"""Characters of text in work at once: split into words, they take up to 250 bytes each."""

GIANT = 256
"""Windows from which a document gets requests of its own: its neighbours neither wait for it nor fail with it."""

T = TypeVar("T")
R = TypeVar("R")


class TextExtractor:
    """Reads each document with its language's model on Triton. For use within one event loop."""

    def __init__(self, routes: Mapping[str, Route], ontology: Ontology, most_pieces: int = MOST_PIECES) -> None:
        """Connects on first use.

        Args:
            routes: How each language (primary subtag) is read.
            ontology: Decides which relations contradict each other.
            most_pieces: Most word pieces of one document that a model reads.
        """
        self._routes = routes
        self._ontology = ontology
        self._most_pieces = most_pieces
        self._unfinished = Unfinished()
        self._room = _Room(MOST_CHARACTERS)

    @classmethod
    def of(cls, chosen: Settings) -> Self:
        """Returns the extractor that these settings describe.

        Raises:
            FileNotFoundError: The model repository has no English model.
            OntologyError: The ontology file is not valid.
        """
        ontology = load_ontology(chosen.ontology)
        return cls(language_routes(chosen, ontology), ontology, chosen.inference_article_pieces)

    async def extract(self, documents: Sequence[TextDocument]) -> list[TextExtraction]:
        """Extracts from documents; many at once make better use of the models.

        What is found in a document does not depend on the others. A document without words, or in a language that no
        model reads, yields an empty extraction. After a failure, call it again with the same documents, or with those
        that are not at fault: what came back of them is not asked for again.

        Raises:
            InferenceUnavailable: The model cannot answer now; the same call may succeed later.
            InferenceRejected: The model will never accept one of the documents.
            TooCostlyError: One of the documents costs more than one may; its `items` are their places.
        """
        works: dict[int, Work] = {}
        try:
            return await self._extract(documents, works)
        except (InferenceUnavailable, InferenceRejected, TooCostlyError):
            for work in works.values():
                self._unfinished.keep(work)
            raise

    async def _extract(self, documents: Sequence[TextDocument], works: dict[int, Work]) -> list[TextExtraction]:
        """Extracts from documents, and keeps in `works` how far each of them has come."""
        found: dict[int, TextExtraction] = {}
        refused: dict[int, str] = {}
        for group in _groups(documents):
            async with self._room.of(sum(_size(documents[i]) for i in group)):
                begun = await _each({i: documents[i] for i in group if self._reads(documents[i])}, self._begun, refused)
                works |= begun
                await self._ask(list(begun.values()))
                found |= await _each(begun, self._assembled, refused)
        if refused:
            for place in refused:
                works.pop(place, None)
            raise TooCostlyError(next(iter(refused.values())), refused)
        return [
            found.get(i) or TextExtraction(document.id, language=document.language)
            for i, document in enumerate(documents)
        ]

    async def _ask(self, works: Sequence[Work]) -> None:
        """Has the models read what they have not read yet: small documents together, each giant by itself."""
        calls = []
        for language, route in self._routes.items():
            own = [work for work in works if primary_subtag(work.document.language) == language]
            calls += [_ask(route, [work]) for work in own if len(work.windows) >= GIANT]
            calls.append(_ask(route, [work for work in own if len(work.windows) < GIANT]))
        failures = [error for error in await asyncio.gather(*calls, return_exceptions=True) if error is not None]
        # What can never succeed comes first, so that it is not retried.
        for error in sorted(failures, key=lambda error: isinstance(error, InferenceUnavailable)):
            raise error

    def _reads(self, document: TextDocument) -> bool:
        return primary_subtag(document.language) in self._routes

    def _begun(self, document: TextDocument) -> Work:
        route = self._routes[primary_subtag(document.language)]
        return self._unfinished.take(document) or split(route, document, self._most_pieces)

    def _assembled(self, work: Work) -> TextExtraction:
        return assembled(work, self._routes[primary_subtag(work.document.language)], self._ontology)

    async def trouble(self) -> str:
        """Asks each model for a real inference; returns why one cannot answer, or "" if all can."""
        for route in self._routes.values():
            try:
                async with asyncio.timeout(_PROBE_SECONDS):
                    await route.client.infer([route.probe])
                    if route.classes is not None:
                        await route.classes.probe()
            except TimeoutError:
                return f"{route.model} on Triton at {route.client.url} did not answer within {_PROBE_SECONDS:.0f} s"
            except (InferenceUnavailable, InferenceRejected) as error:
                return str(error)
        return ""

    async def close(self) -> None:
        """Closes the connections."""
        for route in self._routes.values():
            await route.client.close()
            if route.classes is not None:
                await route.classes.close()


async def _ask(route: Route, works: Sequence[Work]) -> None:
    """Has a model read the windows of these documents that it has not read; keeps what came back even on failure.

    Then the happenings of classes that the ontology adds get their class.
    """
    places = [(work, i) for work in works for i in range(len(work.windows))]
    kept = {place: work.results[i] for place, (work, i) in enumerate(places) if i in work.results}
    try:
        await route.client.infer([work.windows[i] for work, i in places], kept)
    finally:
        for work in works:
            work.results.clear()
        for place, result in kept.items():
            work, i = places[place]
            work.results[i] = result
    if route.classes is not None:
        for work in works:
            await route.classes.assign(read_windows(work))


async def _each(given: Mapping[int, T], step: Callable[[T], R], refused: dict[int, str]) -> dict[int, R]:
    """Returns what a step makes of each item by itself; puts the items that are too costly into `refused`.

    The step runs in a thread, because the items of a large batch would hold up the event loop for too long.
    """

    def all_of_them() -> dict[int, R]:
        made: dict[int, R] = {}
        for place, item in given.items():
            try:
                made[place] = step(item)
            except TooCostlyError as error:
                refused[place] = str(error)
        return made

    return await asyncio.to_thread(all_of_them)


def _groups(documents: Sequence[TextDocument]) -> list[list[int]]:
    """Returns the places of the documents in groups of `MOST_CHARACTERS` at most, or of one document."""
    groups: list[list[int]] = []
    size = 0
    for place, document in enumerate(documents):
        size += _size(document)
        if not groups or size > MOST_CHARACTERS:
            groups.append([])
            size = _size(document)
        groups[-1].append(place)
    return groups


def _size(document: TextDocument) -> int:
    return len(document.headline) + len(document.body)


class _Room:
    """Lets in what fits into a limit; what is larger than the limit comes in alone."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._left = asyncio.Condition()

    @asynccontextmanager
    async def of(self, size: int) -> AsyncIterator[None]:
        """Waits until there is room for `size`, and takes it."""
        async with self._left:
            await self._left.wait_for(lambda: not self._used or self._used + size <= self._limit)
            self._used += size
        try:
            yield
        finally:
            async with self._left:
                self._used -= size
                self._left.notify_all()
