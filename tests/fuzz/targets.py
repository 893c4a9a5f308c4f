"""What is fuzzed: functions that take any bytes, and raise where our code does what it must not.

Each target calls the code as a stage or a command does. The errors that this code documents are caught, as they are
right answers; whatever else is raised is a find. See README.md.
"""

import asyncio
import contextlib
import io
import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import unquote

import httpx
import orjson

from inference.media.child import answer, decode
from inference.media.sniff import HEAD, sniff
from inference.media.types import Limits, UnreadableError
from inference.speech.types import Segment
from inference.text.names.captions import cast
from streams.media import fetching
from streams.media.allowed import Allowed
from streams.media.derived import transcript
from streams.media.fetching import Fetcher
from streams.media.items import parse_item
from streams.media.naming import named_text
from streams.messages.events import MediaItem
from streams.news.articles import parse_article, text_of
from streams.road.stage import PoisonError, Record
from streams.sources.feed_record import FeedRecord, SourceError
from streams.sources.feeds.reader import read_feed
from streams.sources.fetch import public, resolve
from streams.sources.jsonl import read_lines
from topology.topics import RAW_MEDIA, RAW_NEWS

LIMITS = Limits(pixels=4_000_000, seconds=30, key_frames=4, side=320, gps=True)
PUBLIC = "93.184.215.14"

_temporary = tempfile.TemporaryDirectory(prefix="fuzz-")
_folder = Path(_temporary.name)
_loop = asyncio.new_event_loop()


def addresses(data: bytes) -> None:
    """An item's address: nothing but PoisonError, and nobody is asked whose address was not checked."""
    uri, _, target = data.decode(errors="ignore").partition("\x00")

    def server(request: httpx.Request) -> httpx.Response:
        assert request.url.host == PUBLIC, f"{request.url.host} was asked, but not checked"
        location = target.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")
        return httpx.Response(302 if target else 404, headers=[(b"location", location)] if target else [])

    try:
        item = MediaItem(id="m", uri=uri)
    except ValueError:
        return
    with _resolving(), mock.patch.object(fetching, "client", return_value=_client(server)):
        _loop.run_until_complete(_fetch(item))


def names_of_machines(data: bytes) -> None:
    """A host name that resolves as the system resolves numbers: what is asked is public."""
    host = data.decode(errors="ignore")
    with contextlib.suppress(SourceError), _resolving(numbers=True):
        _, address = resolve(f"http://{host}/")
        assert public(address)


def paths(data: bytes) -> None:
    """A `file:` address below an allowed folder: it opens the file that it names, letter by letter, or none."""
    root = _folder / "root"
    root.mkdir(exist_ok=True)
    (root / "ab").write_bytes(b"x")
    (_folder / "secret").write_bytes(b"x")
    name = data.decode(errors="ignore")
    with contextlib.suppress(PoisonError):
        path = Allowed(roots=(str(root),)).file(f"file://{root}/{name}")
        assert path.is_relative_to(root)
        if path == root / "ab":
            steps = [step for step in name.replace("%2E", ".").replace("%2e", ".").split("/") if step not in {"", "."}]
            assert unquote("".join(steps)) == "ab", name


def formats(data: bytes) -> None:
    """The first bytes of a file."""
    with contextlib.suppress(UnreadableError):
        sniff(data[:HEAD])


def media(data: bytes) -> None:
    """A file: it is decoded or refused, and the reason names neither our file nor our code."""
    path = _folder / "medium"
    path.write_bytes(data)
    try:
        decode(path, LIMITS)
    except UnreadableError as error:
        shows_nothing_of_ours(error.message)
    except MemoryError:
        pass
    header, _ = answer(path, LIMITS)
    orjson.dumps(header, option=orjson.OPT_SERIALIZE_NUMPY)


def exif(data: bytes) -> None:
    """A JPEG with these EXIF data."""
    block = b"Exif\x00\x00" + data[:65_000]
    media(_JPEG[:2] + b"\xff\xe1" + (len(block) + 2).to_bytes(2) + block + _JPEG[2:])


def captions(data: bytes) -> None:
    """A caption with the names of a person and a city: the names are found where they stand."""
    person, _, rest = data.decode(errors="ignore").partition("\n")
    city, _, caption = rest.partition("\n")
    found = cast(caption, {"p": {person, person.split(" ")[-1]}}, {city})
    for one in found.named if found else ():
        assert caption[one.where.start : one.where.end] in {person, person.split(" ")[-1]}
        assert 0 <= one.place < found.count
    mentions = [
        {"entity": {"id": id_, "name": name, "type": type_}, "names": [name]}
        for id_, name, type_ in (("p", person, "person"), ("c", city, "place"))
    ]
    with contextlib.suppress(ValueError):
        item = MediaItem.model_validate({"id": "m", "uri": "x", "caption": caption, "mentions": mentions})
        named_text(item)
        transcript(item, [Segment(0, 1, caption, 0.5), Segment(0.5, 0.1, person, 0.5)])


def media_items(data: bytes) -> None:
    """A record of `raw-media`."""
    with contextlib.suppress(PoisonError):
        parse_item(_record(RAW_MEDIA.name, data), stage="fuzz", inline=1000)


def articles(data: bytes) -> None:
    """A record of `raw-news`."""
    with contextlib.suppress(PoisonError):
        text_of(parse_article(_record(RAW_NEWS.name, data), stage="fuzz", max_text=10_000))


def feeds(data: bytes) -> None:
    """An RSS or Atom feed."""
    with contextlib.suppress(SourceError):
        for record in read_feed(data, "fuzz"):
            if isinstance(record, FeedRecord):
                record.key.encode()


def lines(data: bytes) -> None:
    """A feed of JSON lines."""
    with contextlib.suppress(SourceError):
        for record in read_lines(io.BytesIO(data), "fuzz"):
            if isinstance(record, FeedRecord):
                record.key.encode()


def shows_nothing_of_ours(message: str) -> None:
    """Checks that a reason shows neither our files nor our code."""
    for part in (str(_folder), tempfile.gettempdir(), "Traceback", ".py", "<_io"):
        assert part not in message, message


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        addresses, names_of_machines, paths, formats, media, exif, captions, media_items, articles, feeds, lines,
    )
}  # fmt: skip


def _record(topic: str, value: bytes) -> Record:
    return Record(topic, 0, 0, 1_770_000_000_000, None, value)


async def _fetch(item: MediaItem) -> None:
    fetcher = Fetcher(Allowed(), largest=1000, seconds=5, attempts=1)
    try:
        async with fetcher.fetched(item):
            pass
    except PoisonError as error:
        shows_nothing_of_ours(error.message)
    finally:
        await fetcher.close()


def _client(server: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(server))


@contextlib.contextmanager
def _resolving(*, numbers: bool = False) -> Iterator[None]:
    """Resolves names to a public address without a network; with `numbers`, what looks like a number as the system."""

    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if numbers:
            with contextlib.suppress(OSError):
                return list(_SYSTEM(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
        host.encode("idna")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (PUBLIC, port))]

    with mock.patch.object(socket, "getaddrinfo", getaddrinfo):
        yield


_SYSTEM = socket.getaddrinfo


def _jpeg() -> bytes:
    from tests.helpers.media_samples import picture  # noqa: PLC0415

    return picture(format_="JPEG")


_JPEG = _jpeg()

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
