"""How well mentions are found."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from inference.text.language.sentences import split_sentences
from inference.text.language.words import WordTokenizer
from inference.text_extraction.windows import Window, make_windows
from inference.training.text.measure.scores import Tally
from inference.training.text.served import Served
from inference.training.text.sources.news import HELD_OUT, articles, gold_spans
from inference.training.text.sources.passages import Passage


def _reading(served: Served, tokenizer: WordTokenizer, text: str) -> tuple[list[Window], Any]:
    """Returns a text's windows and what is read in them; None of a text without words."""
    (words,) = tokenizer.words([text])
    windows = make_windows(words, split_sentences(text))
    return windows, served.read(windows, tokenizer) if windows else None


def find(served: Served, tokenizer: WordTokenizer, text: str) -> list[tuple[int, int, str]]:
    """Returns (start, end, type) of every mention of a text."""
    windows, read = _reading(served, tokenizer, text)
    if read is None:
        return []
    return [(*windows[w].span(first, end), served.types[kind]) for w, first, end, kind in read.mentions.tolist()]


def span_f1(served: Served, tokenizer: WordTokenizer, passages: Iterable[Passage]) -> dict[str, Tally]:
    """Returns a tally for each fully labelled type, and one for `all` of them; span and type must be exact."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    for passage in passages:
        found = find(served, tokenizer, passage.text)
        for kind in passage.labelled:
            gold = {(m.start, m.end) for m in passage.marks if m.types == {kind}}
            tally = Tally()
            tally.add({(a, b) for a, b, t in found if t == kind}, gold)
            tallies[kind] += tally
            tallies["all"] += tally
    return dict(tallies)


def found_links(served: Served, tokenizer: WordTokenizer, data: Path, sample: int = 0) -> Tally:
    """Returns how many links of the held-out news are found with exact boundaries, whatever the type.

    Only the recall means something: links are not complete, so a mention without a link is not wrong. If `sample` is
    not 0, only so many articles are read.
    """
    tally = Tally()
    for article in articles(data)[-HELD_OUT:][: sample or None]:
        found = {(a, b) for a, b, _ in find(served, tokenizer, article["body"])}
        tally.add(found, set(gold_spans(article)))
    return tally


def judged_mentions(
    served: Served, tokenizer: WordTokenizer, passages: Iterable[Passage]
) -> Iterator[tuple[float, bool]]:
    """Yields score and truth of each mention that is found, if the passage labels its type completely."""
    for passage in passages:
        windows, read = _reading(served, tokenizer, passage.text)
        if read is None:
            continue
        gold = {(m.start, m.end): m.types for m in passage.marks}
        for (w, first, end, kind), score in zip(read.mentions.tolist(), read.mention_scores.tolist(), strict=True):
            if served.types[kind] in passage.labelled:
                yield score, served.types[kind] in gold.get(windows[w].span(first, end), ())


def judged_triggers(
    served: Served, tokenizer: WordTokenizer, passages: Iterable[Passage]
) -> Iterator[tuple[float, bool]]:
    """Yields score and truth of each trigger that is found where readers looked; it is right if it shares a word."""
    for passage in passages:
        windows, read = _reading(served, tokenizer, passage.text)
        if read is None:
            continue
        for (w, first, end, *_), (score, _) in zip(
            read.happenings.tolist(), read.happening_scores.tolist(), strict=True
        ):
            start, stop = windows[w].span(first, end)
            if not any(a < stop and start < b for a, b in passage.unread):
                gold = (happening.trigger for happening in passage.happenings)
                yield score, any(a < stop and start < b for a, b in gold)
