"""Stories as questions: which entity an article names next, given the articles of earlier days.

Every question sees the articles of days before its own, and of its own article what comes before the answer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice

import numpy as np
import numpy.typing as npt

from inference.next_entity.layout import NODES, Layout, lay_out
from inference.training.links.knowledge_graph import Modality
from inference.training.next_entity.batch import Batch
from inference.training.next_entity.stories.articles import Article, by_time
from inference.training.next_entity.stories.history import History
from inference.training.next_entity.stories.wrong_candidates import drawn_candidates

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """A question about an article.

    Attributes:
        layout: Its graphs.
        answer: The item that comes next.
        named: All items of the article.
        seen: In how many articles of earlier days each item is named; float32 [items], shared within a day.
        newest: The number of the newest of them, from 1; 0 for none.
    """

    layout: Layout
    answer: str
    named: tuple[str, ...]
    seen: npt.NDArray[np.float32]
    newest: npt.NDArray[np.float32]


_BY_QUESTION = tuple(name for name in Batch.__dataclass_fields__ if name != "tables")


def _grouped(asked: Iterator[Asked], size: int) -> Iterator[list[Asked]]:
    while group := list(islice(asked, size)):
        yield group


class StoryQuestions:
    """Questions of the articles of a feed."""

    relations = 1

    def __init__(
        self, articles: Sequence[Article], tables: Mapping[str, Modality], names: Sequence[str], seed: int
    ) -> None:
        """Reads the articles and makes all training questions.

        Args:
            articles: By day.
            tables: Vectors of the items, by kind.
            names: The items: all that the articles name.
            seed: Draws the wrong candidates.
        """
        self.items = len(names)
        self.names = tuple(names)
        self.tables = tables
        self.widths = {kind: table.vectors.shape[1] for kind, table in tables.items()}
        self._number = {name: number for number, name in enumerate(names)}
        self._parts = dict(zip(("train", "valid", "test"), by_time(articles), strict=True))
        self._trained = sorted({item for article in self._parts["train"] for item in article.entities})
        self._training = self._laid_out(np.random.default_rng(seed))

    def __len__(self) -> int:
        return len(self._training.nodes)

    def count(self, part: str) -> int:
        """Returns the number of questions of a part."""
        return sum(len(article.entities) - 1 for article in self._parts[part])

    def unheard(self, part: str) -> float:
        """Returns the share of a part's answers that no article of earlier days names."""
        new = [asked.seen[self._number[asked.answer]] == 0 for asked in self._asked(part)]
        return float(sum(new) / max(1, len(new)))

    def training(self, rows: Numbers, negatives: int, rng: np.random.Generator) -> Batch:
        """Returns training questions, each with its answer and some of its wrong candidates."""
        kept = rng.permutation(self._training.candidates.shape[1] - 1)[:negatives] + 1
        columns = np.append(0, kept)
        arrays = {name: getattr(self._training, name)[rows] for name in _BY_QUESTION}
        for name in ("candidates", "links", "seen", "right", "expected"):
            arrays[name] = arrays[name][:, columns]
        return Batch(**arrays, tables=self.tables)

    def drawn(self, part: str, size: int, most: int | None = None) -> Iterator[Batch]:
        """Yields questions with two candidates: the answer, and an item drawn as often as it was named before."""
        rng = np.random.default_rng(0)
        for asked in _grouped(self._asked(part, most), size):
            candidates = np.stack([self._ids((a.answer, self._drawn(a, rng, 1)[0])) for a in asked])
            yield self._batch(asked, candidates)

    def all(self, part: str, size: int, most: int | None = None) -> Iterator[tuple[Batch, list[Numbers]]]:
        """Yields questions with every item as candidate, [1, items], and the items that a filtered rank leaves out."""
        everything = np.arange(self.items)[None]
        for asked in _grouped(self._asked(part, most), size):
            yield self._batch(asked, everything), [self._ids(a.named) for a in asked]

    def recency(self, part: str, size: int, most: int | None = None) -> Iterator[npt.NDArray[np.float32]]:
        """Yields, in step with `all`, when each item was named last: a higher number is newer."""
        for asked in _grouped(self._asked(part, most), size):
            yield np.stack([a.newest for a in asked])

    def _asked(self, part: str, most: int | None = None) -> Iterator[Asked]:
        """Yields a part's questions in time order; with `most`, about as many, spread evenly."""
        history, number, every = History(), 0, 1
        if most:
            every = max(1, self.count(part) // most)
        for name, articles in self._parts.items():
            for _, day in groupby(articles, key=lambda article: article.day):
                today = list(day)
                if name == part:
                    seen = self._dense(history.seen)
                    stands = np.array(history.newest(self.names), np.float32) + 1
                    for article in today:
                        for place in range(1, len(article.entities)):
                            if number % every == 0:
                                current = article.entities[:place]
                                layout = lay_out(current, history.related(current))
                                yield Asked(layout, article.entities[place], article.entities, seen, stands)
                            number += 1
                for article in today:
                    history.add(article.entities)
            if name == part:
                return

    def _laid_out(self, rng: np.random.Generator) -> Batch:
        batches = []
        for asked in _grouped(self._asked("train"), 512):
            drawn = [drawn_candidates(one.layout, one.answer, one.named, self._trained, rng) for one in asked]
            batch = self._batch(asked, np.stack([self._ids(candidates) for candidates, _ in drawn]))
            expected = np.array([expected for _, expected in drawn], np.float32)
            batches.append(replace(batch, expected=expected))
        joined = {name: np.concatenate([getattr(b, name) for b in batches]) for name in _BY_QUESTION}
        return Batch(**joined, tables={})

    def _drawn(self, asked: Asked, rng: np.random.Generator, count: int) -> list[str]:
        """Returns items, each as likely as it was named before; any, where none was."""
        weights = asked.seen.astype(np.float64)
        weights[self._ids(asked.named)] = 0
        if not weights.any():
            weights[:] = 1
            weights[self._ids(asked.named)] = 0
        ends = np.cumsum(weights)
        return [self.names[int(i)] for i in np.searchsorted(ends, rng.random(count) * ends[-1], side="right")]

    def _batch(self, asked: Sequence[Asked], candidates: Numbers) -> Batch:
        """Returns questions; `candidates` are [B, C], or [1, items] for all."""
        wide = np.zeros((len(asked), NODES, NODES), np.float32)
        current, history = wide, wide.copy()
        nodes, mask = np.zeros(wide.shape[:2], np.int64), np.zeros(wide.shape[:2], np.bool_)
        links = np.zeros((len(asked), candidates.shape[1], NODES), np.float32)
        seen = np.zeros(links.shape[:2], np.float32)
        right = np.zeros(links.shape[:2], np.bool_)
        for row, one in enumerate(asked):
            layout = one.layout
            count = len(layout.nodes)
            nodes[row, :count], mask[row, :count] = self._ids(layout.nodes), True
            current[row, :count, :count], history[row, :count, :count] = layout.current, layout.history
            own = candidates[min(row, len(candidates) - 1)]
            seen[row] = one.seen[own]
            right[row] = own == self._number[one.answer]
            for node, near in enumerate(layout.links):
                links[row, :, node] = self._dense(near)[own]
        last = np.array([one.layout.last for one in asked], np.int64)
        relation = np.zeros(len(asked), np.int64)
        return Batch(
            nodes=nodes,
            mask=mask,
            current=current,
            history=history,
            last=last,
            relation=relation,
            candidates=candidates,
            links=links,
            seen=seen,
            right=right,
            expected=np.ones(right.shape, np.float32),
            tables=self.tables,
        )

    def _ids(self, items: Sequence[str]) -> Numbers:
        return np.array([self._number[item] for item in items], np.int64)

    def _dense(self, counts: Mapping[str, int]) -> npt.NDArray[np.float32]:
        found = np.zeros(self.items, np.float32)
        if counts:
            found[self._ids(tuple(counts))] = list(counts.values())
        return found
