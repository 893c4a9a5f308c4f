"""Reads hostile input, and checks of whatever comes out that the news stage takes it."""

import json
from pathlib import Path

import orjson

from streams.news.articles import parse_article
from streams.road.stage import Record
from streams.sources import FeedRecord, LeftOut, read_source
from streams.sources.feed_record import Found
from streams.sources.feeds.reader import read_feed

ADDRESS = "https://coast.example/feed"


def record(value: bytes | None, key: bytes | None = b"key") -> Record:
    return Record("raw-news", 0, 0, 0, key, value)


def sorted_out(found: list[Found]) -> tuple[list[dict], list[str]]:
    """Returns the articles, each of which the news stage takes, and why the rest is left out."""
    articles = []
    for one in found:
        if isinstance(one, FeedRecord):
            assert one.problem == ""
            parse_article(record(one.value), stage="news", max_text=10_000_000)
            articles.append(orjson.loads(one.value))
    return articles, [one.reason for one in found if isinstance(one, LeftOut)]


def read(data: bytes, address: str = ADDRESS) -> tuple[list[dict], list[str]]:
    return sorted_out(list(read_feed(data, "feed", address=address)))


def read_path(path: Path) -> tuple[list[dict], list[str]]:
    left: list[LeftOut] = []
    records = list(read_source(str(path), left_out=left.append))
    articles, _ = sorted_out(list(records))
    return articles, [one.reason for one in left]


def rss(items: str, title: str = "Coast", link: str = "https://coast.example/") -> bytes:
    channel = f"<title>{title}</title><link>{link}</link>{items}"
    return f"<rss version='2.0'><channel>{channel}</channel></rss>".encode("utf-8", "surrogatepass")


def atom(entries: str) -> bytes:
    head = "<title>Coast</title><id>https://coast.example/</id>"
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{head}{entries}</feed>".encode()


def json_feed(*items: object, **fields: object) -> bytes:
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Coast", "home_page_url": "https://coast.example/"}
    return json.dumps({**head, "items": items, **fields}).encode()
