"""What reading articles costs over the bare encoder: in one process, without servers, one thread for the networks.

Three things are done with the same articles in turn: the shipped encoder alone is called on each of their windows; the
model reads the windows; the extractor reads the articles, with the model in its own process. The speed of a shared
machine drifts by tens of percent, so seconds are those of the processor, and compared within a round. Each round has
articles of its own, so that nothing is won by remembering a text.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from inference.evaluation.local_client import LocalClient, version_folder
from inference.text.budget import Budget
from inference.text.language.detect import primary_subtag
from inference.text.language.words import WordTokenizer
from inference.text.types import TextDocument
from inference.text_extraction.extractor import MOST_PIECES, TextExtractor
from inference.text_extraction.routes import english_route
from inference.text_extraction.windows import Window, pack
from inference.text_extraction.work import split
from inference.training.text.served import Served
from inference.triton.served_code import served_code
from streams.messages.events import Article
from streams.news.articles import text_of
from streams.sources import read_source
from topology.ontology import load_ontology
from topology.settings import Settings

ENCODER, MODEL, EXTRACTOR = "the bare encoder", "the model", "the whole extractor"

OUTPUTS = ["emissions", "hidden"]
"""What the bare encoder is asked for."""

LEAST_ROUNDS = 3
"""One that does not count, and two for quartiles."""


@dataclass(frozen=True, slots=True)
class ReadingSizes:
    """How much to measure.

    Attributes:
        feed: A feed of English articles.
        articles: Articles in a round; fewer if the feed has not enough for three.
        rounds: How often at most, each time with the feed's next articles; after one more that does not count.
    """

    feed: Path
    articles: int
    rounds: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one feed cost.

    Attributes:
        feed: Name of the feed.
        articles: Articles of all rounds together.
        windows: Their windows.
        pieces: The word pieces of these.
        words: Their words.
        seconds: Processor seconds of each round, by what was done.
    """

    feed: str
    articles: int
    windows: int
    pieces: int
    words: int
    seconds: dict[str, list[float]]


def measure(chosen: Settings, sizes: ReadingSizes) -> Reading:
    """Returns what reading a feed with the settings' English model costs.

    Raises:
        ValueError: The feed has not even three articles in English.
    """
    return _Bench(chosen).read(sizes.feed, sizes.articles, sizes.rounds)


class _Bench:
    """The encoder, the model and the extractor of a model repository."""

    def __init__(self, chosen: Settings) -> None:
        folder = version_folder(chosen.models)
        self._tokenizer = WordTokenizer(folder / "tokenizer.json")
        self._served = Served(folder, folder)
        self._encoder: Any = served_code(folder, "reader").session(folder / "encoder.onnx", 1)
        self._route = english_route(self._tokenizer, LocalClient(folder, self._tokenizer))
        self._extractor = TextExtractor({"en": self._route}, load_ontology(chosen.ontology))
        self._at_once = chosen.inference_windows

    def read(self, feed: Path, articles: int, rounds: int) -> Reading:
        """Returns what a feed costs."""
        texts = english(feed, articles * (rounds + 1))
        articles = min(articles, len(texts) // LEAST_ROUNDS)
        if not articles:
            raise ValueError(f"{feed} has {len(texts)} articles in English; at least {LEAST_ROUNDS} are needed")
        parts = [texts[at : at + articles] for at in range(0, len(texts) - articles + 1, articles)]
        seconds: dict[str, list[float]] = {ENCODER: [], MODEL: [], EXTRACTOR: []}
        windows: list[Window] = []
        for number, part in enumerate(parts):
            cut = [window for text in part for window in split(self._route, text, MOST_PIECES).windows]
            took = self._round(part, cut, backwards=number % 2 == 1)
            if number:
                windows += cut
                for name, values in seconds.items():
                    values.append(took[name])
        pieces, words = sum(map(len, windows)), sum(window.stop - window.start for window in windows)
        return Reading(feed.name, articles * (len(parts) - 1), len(windows), pieces, words, seconds)

    def _round(self, texts: list[TextDocument], windows: list[Window], *, backwards: bool) -> dict[str, float]:
        requests = [windows[at : at + self._at_once] for at in range(0, len(windows), self._at_once)]
        cls_id, sep_id = self._tokenizer.cls_id, self._tokenizer.sep_id
        together = [pack(request, cls_id, sep_id) for request in requests]
        feeds = encoder_feeds(windows, self._tokenizer)

        def encode() -> None:
            for feed in feeds:
                self._encoder.run(OUTPUTS, feed)

        def read() -> None:
            for one in together:
                self._served.reader.read(one.input_ids, one.case_ids, one.first_piece, one.lengths)

        parts: dict[str, Callable[[], object]] = {
            ENCODER: encode,
            MODEL: read,
            EXTRACTOR: lambda: asyncio.run(self._extractor.extract([replace(text, budget=Budget()) for text in texts])),
        }
        names = list(parts)
        took = {}
        for name in reversed(names) if backwards else names:
            begun = time.process_time()
            parts[name]()
            took[name] = time.process_time() - begun
        return took


def encoder_feeds(windows: Sequence[Window], tokenizer: WordTokenizer) -> list[dict[str, Any]]:
    """Returns the encoder's inputs for each window by itself."""
    packed = (pack([window], tokenizer.cls_id, tokenizer.sep_id) for window in windows)
    return [{"input_ids": one.input_ids[None], "case_ids": one.case_ids[None]} for one in packed]


def english(feed: Path, most: int) -> list[TextDocument]:
    """Returns the first different articles of a feed that are in English, as the news worker reads them."""
    articles = {item.key: item.article for item in read_source(str(feed)) if item.article}
    return list(islice(english_texts(articles.values()), most))


def english_texts(articles: Iterable[Article]) -> Iterator[TextDocument]:
    """Yields the texts of the articles that are in English and have one."""
    texts = (text_of(article) for article in articles)
    return (text for text in texts if text and primary_subtag(text.language) == "en")
