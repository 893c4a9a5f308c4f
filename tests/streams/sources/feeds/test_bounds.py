"""However large or hostile a feed is, reading it takes bounded memory and time in proportion to its size."""

import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time

import pytest

from streams.sources import FeedRecord, LeftOut, SourceError, read_source
from streams.sources.feeds import tree, unpack
from streams.sources.feeds.reader import read_feed
from streams.sources.markup import markdown_text, read_fragment
from streams.sources.tokens import End, Start, Text, tokens

HEAD = "<rss><channel><title>T</title><link>https://coast.example/</link>"
CASES = sorted((Path(__file__).parent / "cases").iterdir())


def feed(path: Path, entries: int, text: str) -> Path:
    with path.open("w") as file:
        file.write(HEAD)
        for n in range(entries):
            file.write(f"<item><title>{n}</title><guid>{n}</guid><description>{text}</description></item>")
        file.write("</channel></rss>")
    return path


def test_memory_does_not_grow_with_the_texts_of_a_feed(tmp_path: Path) -> None:
    path = feed(tmp_path / "huge.xml", 100, "Ida Holm leads Lund Oil. " * 4000)
    assert path.stat().st_size > 9e6
    tracemalloc.start()
    try:
        count = sum(1 for _ in read_source(str(path)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 100
    assert peak < 4.5e6


def test_an_entry_that_is_too_large_is_left_out_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LARGEST_ENTRY", 10_000)
    monkeypatch.setattr(tree, "MOST_ELEMENTS", 500)
    bodies = ("small", "x" * 20_000, "<b/>" * 1000, "small")
    items = "".join(f"<item><guid>{n}</guid><title>{n}</title><d>{b}</d></item>" for n, b in enumerate(bodies))
    found = list(read_feed(f"{HEAD}{items}</channel></rss>".encode(), "f.xml"))
    assert [(one.what, one.reason.partition(" than ")[0]) for one in found if isinstance(one, LeftOut)] == [
        ("1", "it has more"),
        ("2", "it has more"),
    ]
    assert [one.article.body for one in found if isinstance(one, FeedRecord) and one.article] == ["0", "3"]


def test_gzip_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MOST_UNPACKED", 5_000_000)
    (tmp_path / "bomb.xml.gz").write_bytes(gzip.compress(HEAD.encode() + b"x" * 50_000_000))
    with pytest.raises(SourceError, match="unpacks to more than"):
        list(read_source(str(tmp_path / "bomb.xml.gz")))


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_damaged_gzip_says_so_before_anything_is_published(tmp_path: Path, damage: str) -> None:
    noise = random.Random(7).randbytes(400_000).hex()  # noqa: S311
    whole = gzip.compress(f"{HEAD}<item><title>One</title></item><!--{noise}--></channel></rss>".encode())
    half = len(whole) // 2
    (tmp_path / "f.xml.gz").write_bytes(whole[:half] if damage == "cut" else whole[:half] + b"\0" * 99 + whole[half:])
    with pytest.raises(SourceError, match="fetch it again"):
        next(read_source(str(tmp_path / "f.xml.gz")))


def test_several_packed_members_are_one_file(tmp_path: Path) -> None:
    parts = (HEAD, "<item><title>One</title></item>", "</channel></rss>")
    (tmp_path / "f.rss.gz").write_bytes(b"".join(gzip.compress(part.encode()) for part in parts) + b"\0" * 512)
    assert [one.article.body for one in read_source(str(tmp_path / "f.rss.gz")) if one.article] == ["One"]


def test_entities_do_not_expand(tmp_path: Path) -> None:
    """A billion laughs: each entity stands for ten of the one before."""
    (tmp_path / "secret").write_text("the secret")
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE rss [<!ENTITY e0 "ha">{levels}<!ENTITY x SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    feed = f"{doctype}{HEAD}<item><title>T</title><description>&e9; &x; &e0;</description></item></channel></rss>"
    (found,) = read_feed(feed.encode(), "f.xml")
    assert isinstance(found, FeedRecord)
    assert found.article is not None
    assert found.article.body == "&e9; &x; ha"


def pieces(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def test_where_a_piece_ends_makes_no_difference() -> None:
    text = (
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY e 'x>y'>]><a b=\"1>2\" c='&lt;'>t &amp; &rsquo; &e; 5 < 6 "
        "<!-- <b> -->"
        "<![CDATA[ <c> ]] > &amp; ]]><d/></a><e f>g&#65;<!unknown><"
    )

    def joined(size: int) -> list[Start | End | str]:
        out: list[Start | End | str] = []
        for token in tokens(pieces(text, size)):
            if not isinstance(token, Text):
                out.append(token)
            elif out and isinstance(out[-1], str):
                out[-1] += token.text
            else:
                out.append(token.text)
        return out

    whole = joined(10_000)
    assert whole[0] == Start("a", {"b": "1>2", "c": "<"}, False)
    assert "t & ’ x>y 5 < 6  <c> ]] > &amp; " in whole  # noqa: RUF001
    assert all(joined(size) == whole for size in (1, 2, 3, 7, 50))


NASTY = {
    "opening brackets": "<",
    "tags that never end": "<a ",
    "quotes that never end": '<a b="',
    "both quotes": "<a '\"",
    "comments that never end": "<!--",
    "instructions": "<?x ",
    "sections": "<![CDATA[",
    "document types": "<!DOCTYPE x [",
    "references": "&amp",
    "numeric references": "&#",
    "deep elements": "<div>",
    "ends of nothing": "</b>",
    "figures": "<figure><img src=x>",
    "cells": "<td>",
    "spaces": "<p " + " " * 20,
    "sources": "<img srcset='" + "a 1w, " * 10 + "'>",
    "markdown brackets": "[![",
    "markdown links": "[a](",
    "markdown emphasis": " *a _b `c",
    "markdown fences": "```\n~~~x\n",
    "dots": ".'",
    "read more": "read more ",
}


@pytest.mark.parametrize("kind", NASTY)
def test_twice_the_nonsense_takes_about_twice_the_time(kind: str) -> None:
    def seconds(size: int) -> float:
        text = NASTY[kind] * (size // len(NASTY[kind]))
        start = process_time()
        for _ in tokens(pieces(text, 65_536)):
            pass
        read_fragment(text)
        read_fragment(f"<p>{text}</p>")
        markdown_text(text)
        entry = f"<item><title>T</title><description>{text}</description></item>"
        list(read_feed(f"{HEAD}{entry}</channel></rss>".encode(), "f.xml"))
        return process_time() - start

    # Something quadratic takes sixteen times as long.
    one = min(seconds(40_000) for _ in range(2))
    assert min(seconds(160_000) for _ in range(3)) < 4 * 2.5 * one + 0.2


WHOLE: dict[str, Callable[[int], str]] = {
    "fields without a link": lambda n: "<rss><channel>" + "<a/>" * n + "<item><title>T</title></item>" * n,
    "text after what is too much": lambda n: f"{HEAD}<item>" + "<title/>" * n + "x<b>" * n,
    "namespaces": lambda n: (
        f"{HEAD}<item><a {' '.join(f'xmlns:a{i}=b' for i in range(n))}>" + "<b xmlns:c='d'></b>" * n
    ),
    "entries that never end": lambda n: HEAD + "<item>" * n,
}


@pytest.mark.parametrize("kind", WHOLE)
def test_twice_the_feed_takes_about_twice_the_time(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def seconds(size: int) -> float:
        monkeypatch.setattr(tree, "MOST_ELEMENTS", size)
        start = process_time()
        list(read_feed(WHOLE[kind](size).encode(), "f.xml"))
        return process_time() - start

    one = min(seconds(1000) for _ in range(2))
    assert min(seconds(4000) for _ in range(3)) < 4 * 2.5 * one + 0.1


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_a_damaged_feed_is_read_or_refused_but_never_a_crash(path: Path) -> None:
    chance = random.Random(path.name)  # noqa: S311
    whole = path.read_bytes()
    for _ in range(15):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 8)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randrange(40)]
                case 2:
                    data[at:at] = chance.choice(
                        (b"<", b">", b"&#", b"]]>", b"\0", b"<item>", b"</item>", b'"', b"\xff")
                    )
                case _:
                    other = chance.randrange(len(data))
                    data[at:at] = data[other : other + 60]
            data = data or bytearray(b"x")
        try:
            for found in read_feed(bytes(data), path.name):
                assert isinstance(found, LeftOut) or found.key
        except SourceError:
            pass


def test_deflate_is_not_taken_for_gzip() -> None:
    with pytest.raises(SourceError, match="not an RSS or Atom feed"):
        list(read_feed(zlib.compress(b"<rss/>"), "f.xml"))
