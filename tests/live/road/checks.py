"""Articles for a lane, and the check that nothing of them is lost."""

from streams.messages.events import Article
from streams.news.articles import text_of
from streams.news.reading import read
from streams.news.thresholds import Thresholds
from streams.road.stage import Record
from tests.live.road.harness import Lane
from tests.streams import bad_input
from tests.streams.doubles import WordExtractor
from topology.ontology import load_ontology
from topology.settings import settings
from topology.topics import TRIPLES

NAMES = ("Ann", "Bob", "Carl", "Dora", "Eve")


def articles(lane: Lane, count: int) -> list[tuple[str, bytes]]:
    """Returns keys and values of articles that mention three to five people each."""
    bodies = [" met ".join(NAMES[(n + i) % 5] for i in range(3 + n % 3)) for n in range(count)]
    return [(f"{lane.topic}-{n}", bad_input.article(f"{lane.topic}-{n}", body)) for n, body in enumerate(bodies)]


async def triple_ids(values: list[tuple[str, bytes]]) -> set[str]:
    """Returns the ids of the triples that these articles state."""
    given = [Article.model_validate_json(value) for _, value in values]
    texts = [text for article in given if (text := text_of(article))]
    ontology, least = load_ontology(settings().ontology), Thresholds.of(settings())
    time = Record("", 0, 0, 0, None, None).time
    return {
        triple.id
        for article, extraction in zip(given, await WordExtractor().extract(texts), strict=True)
        for triple in read(article, extraction, ontology, time, least).triples
    }


def ids(records: list[Record], type_: str) -> set[str]:
    """Returns the CloudEvents ids of the messages of one type."""
    return {
        (record.header("ce_id") or b"").decode() for record in records if record.header("ce_type") == type_.encode()
    }


async def nothing_is_lost(lane: Lane, values: list[tuple[str, bytes]]) -> None:
    """Waits until every article is committed; then its document and all its triples must be there."""
    await lane.until_committed(len(values))
    expected = await triple_ids(values)
    keys = {key.encode() for key, _ in values}
    # Read up to the last record of these articles; were one lost, this would run into the deadline.
    found = await lane.read(TRIPLES.name, lambda records: expected <= ids(records, "triplewire.triple"))
    assert {record.key for record in found if record.header("ce_type") == b"triplewire.document"} >= keys
    ours = [record for record in found if record.key in keys]
    assert ids(ours, "triplewire.triple") == expected
