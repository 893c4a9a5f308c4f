"""How fast the model reads windows, compared with its bare encoder in the same minute.

The machine's own speed drifts by tens of percent, so that windows a second mean little by themselves; both are timed in
turn, in processor time of the one thread that they use, and compared within each round.
"""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from inference.evaluation.report import Aim, Table
from inference.evaluation.timing import rounds_of_seconds, time_ratios
from inference.text.language.sentences import split_sentences
from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import Window, make_windows, pack
from inference.training.text.served import Served
from inference.training.text.sources.news import HELD_OUT, articles

ROUNDS = 20
MOST = 1.1
"""Of the encoder's time, the aim."""


def news_windows(tokenizer: WordTokenizer, data: Path, count: int) -> list[Window]:
    """Returns the first windows of the held-out news."""
    texts = [article["body"] for article in articles(data)[-HELD_OUT:][:count]]
    found = [w for words in tokenizer.words(texts) for w in make_windows(words, split_sentences(words.text))]
    return found[:count]


def measure(served: Served, tokenizer: WordTokenizer, windows: list[Window]) -> tuple[Table, Aim]:
    """Returns windows and word pieces a second of one thread: the whole model, and its encoder alone."""
    packed = [pack([window], tokenizer.cls_id, tokenizer.sep_id) for window in windows]
    firsts = [p.first_piece.nonzero()[0] for p in packed]
    pieces = sum(len(p.input_ids) for p in packed)

    def encoder() -> None:
        for p, first in zip(packed, firsts, strict=True):
            served.reader.encode(p.input_ids, p.case_ids, first)

    bare, whole = "encoder alone", "mentions and relations"
    parts: dict[str, Callable[[], object]] = {bare: encoder, whole: lambda: served.read(windows, tokenizer)}
    took = rounds_of_seconds(parts, ROUNDS, time.thread_time)
    low, middle, high = time_ratios(took[whole], took[bare])
    usual = {name: median(seconds) for name, seconds in took.items()}
    table = Table(
        "Speed",
        ("what", "windows a second", "word pieces a second", "time over the encoder's"),
        [
            (name, len(windows) / seconds, pieces / seconds, middle if name == whole else 1.0)
            for name, seconds in usual.items()
        ],
        f"One thread, int8, {len(windows)} windows of held-out news, {pieces / len(windows):.0f} pieces each on "
        f"average; processor seconds of the thread, medians of {ROUNDS} rounds. The last column is the median of each "
        f"round's own ratio; half of the rounds lie between {low:.3f} and {high:.3f}. "
        "The faster a processor multiplies bytes, the less the encoder takes of the whole, and the higher the ratio.",
    )
    return table, Aim("time of mentions and relations over the bare encoder's", middle, MOST, at_most=True)
