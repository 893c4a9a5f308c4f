"""The articles that the benchmark publishes."""

from itertools import count, cycle, islice
from pathlib import Path

from streams.sources import FeedRecord, read_source


def bench_items(feed: Path, number: int) -> list[FeedRecord]:
    """Returns `number` articles of a feed; if it has fewer, repeats them under new ids.

    Leaves out retractions and bad lines, which take less time than articles.
    """
    articles = {i.key: i.article for i in read_source(str(feed)) if i.article and i.article.op == "upsert"}
    items = [FeedRecord.of(a, feed.name) for a in islice(articles.values(), number)]
    for turn, article in zip(count(), cycle(list(articles.values())), strict=False):
        if len(items) >= number:
            return items
        if turn >= len(articles):
            again = article.model_copy(update={"id": f"{article.id}-{turn // len(articles)}"})
            items.append(FeedRecord.of(again, feed.name))
    return items
