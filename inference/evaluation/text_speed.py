"""How fast the model reads windows, beside its bare encoder in the same minute.

The machine's own speed drifts by tens of percent, so that windows a second mean little by themselves; both are timed in
turn, in processor time of the one thread that they use, and the best of several rounds of each counts.
"""

import time
from collections.abc import Callable
from pathlib import Path

from inference.evaluation.report import Table
from inference.evaluation.timing import best_seconds
from inference.text.sentences import split_sentences
from inference.text.windows import Window, make_windows, pack
from inference.text.words import WordTokenizer
from inference.training.text.served import Served
from inference.training.text.sources_news import HELD_OUT, articles

ROUNDS = 12


def news_windows(tokenizer: WordTokenizer, data: Path, count: int) -> list[Window]:
    """Returns the first windows of the held-out news."""
    texts = [article["body"] for article in articles(data)[-HELD_OUT:][:count]]
    found = [w for words in tokenizer.words(texts) for w in make_windows(words, split_sentences(words.text))]
    return found[:count]


def measure(served: Served, tokenizer: WordTokenizer, windows: list[Window]) -> Table:
    """Returns windows and word pieces a second of one thread: the whole model, and its encoder alone."""
    packed = [pack([window], tokenizer.cls_id, tokenizer.sep_id) for window in windows]
    firsts = [p.first_piece.nonzero()[0] for p in packed]
    pieces = sum(len(p.input_ids) for p in packed)

    def encoder() -> None:
        for p, first in zip(packed, firsts, strict=True):
            served.reader.encode(p.input_ids, p.case_ids, first)

    parts: dict[str, Callable[[], object]] = {
        "encoder alone": encoder,
        "mentions and relations": lambda: served.read(windows, tokenizer),
    }
    best = best_seconds(parts, ROUNDS, time.thread_time)
    bare = best["encoder alone"]
    return Table(
        "Speed",
        ("what", "windows a second", "word pieces a second", "time beside the encoder's"),
        [(name, len(windows) / seconds, pieces / seconds, seconds / bare) for name, seconds in best.items()],
        f"One thread, int8, {len(windows)} windows of held-out news, {pieces / len(windows):.0f} pieces each on "
        f"average; processor seconds of the thread, the best of {ROUNDS} rounds in turn.",
    )
