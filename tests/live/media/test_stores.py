"""Media from a store that speaks S3 and asks who is there: what comes, and how each failure reads in a dead letter."""

import asyncio
import hashlib
import logging
import socket
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from math import inf
from typing import Any

import pytest

from streams.media import fetching
from streams.media.allowed import Allowed
from streams.media.fetching import Fetcher
from streams.messages.events import Document, MediaItem
from streams.road.dead_letters import DeadLetter
from streams.road.stage import PoisonError, Record
from tests.streams.media.over_the_road import of, record, through
from tests.streams.media.store import LARGE, PHOTO, Line, Store, serving
from topology.settings import Settings, settings
from topology.topics import DEAD_LETTERS

pytestmark = pytest.mark.live

ROOTS = "s3://press, s3://gone, s3://other/a.png"


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with serving() as store:
        yield store


@pytest.fixture(autouse=True)
def _operator(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """What an operator gives the worker by its environment, and nothing of this machine's."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", store.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", store.reader[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", store.reader[1])
    monkeypatch.setattr(fetching, "_FIRST_WAIT", 0)


async def got(uri: str, *, roots: str = ROOTS, **limits: Any) -> bytes:
    item = MediaItem(id="m", uri=uri)
    allowed = Allowed.of(Settings(media_roots=roots))
    fetcher = Fetcher(allowed, **{"largest": 10_000_000, "seconds": 600, "attempts": 2, **limits})
    try:
        async with fetcher.fetched(item) as fetched:
            data = fetched.path.read_bytes()
            assert (fetched.size, fetched.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    finally:
        await fetcher.close()
    return data


@asynccontextmanager
async def line_to(store: Store, until: float = inf, *, cut: bool = True) -> AsyncIterator[Line]:
    """The same store, for a while, at the end of a line."""
    line = Line(store, until, cut=cut)
    with pytest.MonkeyPatch.context() as patch:
        async with line.open() as address:
            patch.setenv("AWS_ENDPOINT_URL", address)
            yield line


async def refused(reason: str, says: str, uri: str, **limits: Any) -> None:
    with pytest.raises(PoisonError, match=says) as error:
        await got(uri, **limits)
    assert error.value.reason == reason


async def test_the_very_bytes_come_also_those_of_an_older_version(store):
    assert await got("s3://press/photo of a.png") == PHOTO
    assert await got("s3://press/large.png") == LARGE
    assert await got("s3://press/twice.png") == b"second"
    assert await got(f"s3://press/twice.png?versionId={store.first}") == b"first"


async def test_one_fetcher_loads_many_beside_each_other():
    fetcher = Fetcher(Allowed(roots=("s3://press",)), largest=10_000_000, seconds=600, attempts=1)

    async def size(uri: str) -> int:
        async with fetcher.fetched(MediaItem(id="m", uri=uri)) as fetched:
            return fetched.size

    uris = ["s3://press/large.png", "s3://press/twice.png"] * 4
    try:
        assert await asyncio.gather(*map(size, uris)) == [len(LARGE), len(b"second")] * 4
    finally:
        await fetcher.close()


async def test_what_is_not_there_is_missing():
    await refused("missing", "no such file.*key does not exist", "s3://press/nothing.png")
    await refused("missing", "no such file.*bucket does not exist", "s3://gone/a.png")
    await refused("missing", "names no file", "s3://press")


@pytest.mark.parametrize(
    ("uri", "wrong", "says"),
    [
        ("s3://other/a.png", {}, "Access Denied"),
        ("s3://press/twice.png", {"AWS_ACCESS_KEY_ID": "AKIANOBODYKNOWSTHIS0"}, "The AWS Access Key Id .* not exist"),
        ("s3://press/twice.png", {"AWS_SECRET_ACCESS_KEY": "w" * 40}, "The request signature .* does not match"),
    ],
)
async def test_who_may_not_read_is_told_so_at_once(store, monkeypatch, uri, wrong, says):
    for name, value in wrong.items():
        monkeypatch.setenv(name, value)
    async with line_to(store) as line:
        await refused("http-error", f"refuses it: {says}", uri)
    assert line.used == 1


async def test_without_a_key_nothing_is_asked_and_the_dead_letter_says_why(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    await refused("unreachable", "after 2 attempts: .*Unable to locate credentials", "s3://press/twice.png")


async def test_what_is_too_large_is_cut_at_its_beginning(store):
    async with line_to(store, 1_000_000, cut=False):
        await refused("too-large", f"more than {len(LARGE) - 1} bytes", "s3://press/large.png", largest=len(LARGE) - 1)
    assert await got("s3://press/large.png", largest=len(LARGE)) == LARGE


@pytest.mark.parametrize(("until", "asked"), [(0, 4), (1_000_000, 2)])
async def test_a_download_that_breaks_off_is_no_download_and_tried_as_often_as_is_set(store, until, asked):
    """Where a connection ends before anything is answered, aiohttp asks once more by itself."""
    async with line_to(store, until) as line:
        await refused("unreachable", "after 2 attempts: s3://press/large.png: .", "s3://press/large.png")
    assert line.used == asked


async def test_a_store_that_is_not_there_is_unreachable(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    await refused("unreachable", f"after 2 attempts: .*Could not connect .*127.0.0.1:{port}", "s3://press/twice.png")


@pytest.mark.parametrize("until", [1, 1_000_000])
async def test_a_slow_download_is_cut_by_its_time_and_keeps_no_thread(store, monkeypatch, until):
    await got("s3://press/twice.png")  # importing s3fs takes a thread, too
    with ThreadPoolExecutor(1) as only:
        monkeypatch.setattr(asyncio.get_running_loop(), "_default_executor", only)
        async with line_to(store, until, cut=False):
            await refused("too-slow", "not fetched within 2 s", "s3://press/large.png", seconds=2)
            # s3fs itself waits for 15 seconds, several times.
            assert only.submit(int).result(timeout=10) == 0


async def test_a_bucket_that_is_not_allowed_is_never_asked_for(store):
    async with line_to(store) as line:
        for uri in ("s3://press2/a.png", "s3://other/b.png", "s3://other/a.png/../b.png", "s3a://press/twice.png"):
            await refused("address-refused", "MEDIA_ROOTS does not allow", uri)
        await refused("address-refused", "MEDIA_ROOTS does not allow", "s3://press/twice.png", roots="")
        assert line.used == 0
        # The same line, to what is allowed.
        assert await got("s3://press/twice.png") == b"second"
        assert line.used == 1


async def test_over_the_road_a_picture_is_read_and_no_dead_letter_or_log_tells_a_key(store, monkeypatch, caplog, capfd):
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_ROOTS", ROOTS)
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_DECODERS", "1")
    monkeypatch.setenv("TRIPLEWIRE_MEDIA_FETCH_ATTEMPTS", "1")
    settings.cache_clear()
    uris = ["s3://press/photo of a.png", "s3://press/nothing", "s3://other/a.png", "s3://secret/a.png"]
    try:
        outputs = await through([record(at, id=f"m-{at}", uri=uri) for at, uri in enumerate(uris)])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret := "s" * 40)
        outputs += await through([record(9, id="m-9", uri=uris[0])])
    finally:
        settings.cache_clear()
    (document,) = of(outputs, Document)
    assert document.id == "m-0"
    letters = [
        DeadLetter.of(Record(o.topic, 0, at, 0, o.key, o.value, tuple(o.headers)))
        for at, o in enumerate(outputs)
        if o.topic == DEAD_LETTERS.name
    ]
    assert sorted(letter.reason for letter in letters) == ["address-refused", "http-error", "http-error", "missing"]
    told = repr(outputs) + caplog.text + "".join(capfd.readouterr())
    assert "refuses it" in told
    for key in (*store.reader, secret):
        assert key not in told
