"""Tens of thousands of entries: all are read, and four times as many take about four times as long."""

from collections.abc import Callable
from time import process_time

import pytest

from streams.sources import FeedRecord
from streams.sources.feeds.reader import read_feed
from tests.streams.feeds.newsml import item, message
from tests.streams.sources.hostile.reading import atom, json_feed, rss

MANY: dict[str, Callable[[int], bytes]] = {
    "RSS": lambda n: rss("".join(f"<item><guid>{i}</guid><title>T{i}</title></item>" for i in range(n))),
    "Atom": lambda n: atom("".join(f"<entry><id>urn:{i}</id><title>T{i}</title></entry>" for i in range(n))),
    "JSON Feed": lambda n: json_feed(*({"id": i, "content_text": f"T{i}"} for i in range(n))),
    "NewsML-G2": lambda n: message(*(item(f"urn:x:{i}", text=f"T{i}") for i in range(n))),
    "ninjs": lambda n: (
        b"[%s]" % b",".join(b'{"uri":"urn:x:%d","type":"text","body_text":"T%d"}' % (i, i) for i in range(n))
    ),
}
NITF = "<inlineXML><body.content>{}</body.content></inlineXML></contentSet>"
ONE = json_feed({"id": "1", "content_text": "x"})
GROWING: dict[str, Callable[[int], bytes]] = {
    **MANY,
    "versions of one item": lambda n: message(*(item("urn:x:1", str(i)) for i in range(n))),
    "one guid": lambda n: rss("<item><guid>x</guid><title>T</title></item>" * n),
    "subjects": lambda n: message(item("urn:x:1", about="<subject><name>S</name></subject>" * n)),
    "pictures": lambda n: message(item("urn:x:1").replace("</contentSet>", NITF.format("<media/><p>x</p>" * n))),
    "media within media": lambda n: message(
        item("urn:x:1").replace("</contentSet>", NITF.format("<media>" * (n // 10) + "<media-reference/>" * n))
    ),
    "headlines": lambda n: message(item("urn:x:1", about="<headline role='x:tease'>H</headline>" * n)),
    "halves of characters": lambda n: ONE.replace(b'"x"', b'"' + rb"\ud83d" * n + b'"'),
    "escaped backslashes": lambda n: ONE.replace(b'"x"', b'"' + rb"\\" * n + rb'\ud83d"'),
}


FEW = {"halves of characters": 50_000, "escaped backslashes": 50_000}
"""What the smaller document has of these, which are read fast; of all others it has four hundred."""


def seconds(data: bytes) -> float:
    begin = process_time()
    for _ in read_feed(data, "f"):
        pass
    return process_time() - begin


# More of the others would take minutes; `GROWING` shows that they take no more than their share.
@pytest.mark.parametrize(
    ("kind", "number"), [("ninjs", 100_000), *((kind, 10_000) for kind in MANY if kind != "ninjs")]
)
def test_many_entries_are_all_read(kind: str, number: int) -> None:
    found = {one.key for one in read_feed(MANY[kind](number), "f") if isinstance(one, FeedRecord) and not one.problem}
    assert len(found) == number


@pytest.mark.parametrize("kind", GROWING)
def test_four_times_as_many_take_about_four_times_as_long(kind: str) -> None:
    number = FEW.get(kind, 400)
    few, many = GROWING[kind](number), GROWING[kind](4 * number)
    one = min(seconds(few) for _ in range(2))
    # Something quadratic takes sixteen times as long.
    assert min(seconds(many) for _ in range(3)) < 4 * 2.5 * one + 0.1
