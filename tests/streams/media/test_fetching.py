"""Getting bytes: what is allowed comes, and what is not is refused before anybody is asked."""

import base64
import hashlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import fsspec
import pytest

from streams.media import fetching
from streams.media.allowed import Allowed
from streams.media.fetching import Fetcher
from streams.messages.events import MediaItem
from streams.road.stage import PoisonError
from streams.sources import fetch
from tests.streams.media.server import ENDLESS, SILENT, Server, serving

HERE = Allowed(hosts=("*",), private_hosts=("127.0.0.1",))
BYTES = b"\x89PNG of a kind"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_FIRST_WAIT", 0)


@asynccontextmanager
async def fetcher(allowed: Allowed = HERE, **limits: Any) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(allowed, **{"largest": 1000, "seconds": 20, "attempts": 2, **limits})
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def got(uri: str = "", allowed: Allowed = HERE, *, limits: dict[str, Any] | None = None, **fields: Any) -> bytes:
    async with fetcher(allowed, **limits or {}) as own, own.fetched(MediaItem(id="m", uri=uri, **fields)) as fetched:
        data = fetched.path.read_bytes()
        assert (fetched.size, fetched.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert not fetched.path.exists()
    return data


async def refused(reason: str, says: str, *arguments: Any, **named: Any) -> None:
    with pytest.raises(PoisonError, match=says) as error:
        await got(*arguments, **named)
    assert error.value.reason == reason


async def test_bytes_come_by_http_file_store_and_inline(server, tmp_path):
    server.answers["/a"] = (302, {"Location": "/b"}, b"")
    server.answers["/b"] = (200, {}, BYTES)
    assert await got(server.url("/a"), sha256=hashlib.sha256(BYTES).hexdigest(), size=len(BYTES)) == BYTES
    (tmp_path / "a b.png").write_bytes(BYTES)
    for root in (str(tmp_path), f"file://{tmp_path}"):
        assert await got(f"file://{tmp_path}/a%20b.png", Allowed(roots=(root,))) == BYTES
    with fsspec.open("memory://press/a.png", "wb") as file:
        file.write(BYTES)
    assert await got("memory://press/a.png", Allowed(roots=("memory://press",))) == BYTES
    assert await got(data=base64.b64encode(BYTES).decode(), size=len(BYTES)) == BYTES


async def test_what_is_not_what_its_publisher_says_is_refused(server):
    server.answers["/a"] = (200, {}, BYTES)
    await refused("wrong-hash", "SHA-256 is", server.url("/a"), sha256="0" * 64)
    await refused("truncated", "14 bytes, .* states 15", server.url("/a"), size=15)
    await refused("wrong-size", "14 bytes, .* states 13", server.url("/a"), size=13)


async def test_what_is_missing_and_what_answers_with_an_error(server, tmp_path):
    await refused("missing", "404", server.url("/nothing"))
    server.answers |= {"/no": (403, {}, b""), "/where": (302, {}, b""), "/nowhere": (302, {"Location": "//["}, b"")}
    await refused("http-error", "403", server.url("/no"))
    await refused("http-error", "302", server.url("/where"))
    await refused("address-refused", "is invalid", server.url("/nowhere"))
    await refused("missing", "no such file", f"file://{tmp_path}/x", Allowed(roots=(str(tmp_path),)))
    await refused("missing", "xxx", f"file://{tmp_path}/{'x' * 300}", Allowed(roots=(str(tmp_path),)))
    await refused("missing", "no such file", "memory://press/nothing", Allowed(roots=("memory://press",)))


async def test_what_fails_for_now_is_tried_again_and_then_given_up(server):
    server.answers["/busy"] = (503, {}, b"")
    await refused("unreachable", "after 2 attempts: .* 503", server.url("/busy"))
    assert server.asked == ["/busy", "/busy"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    await refused("unreachable", "after 2 attempts", f"http://127.0.0.1:{port}/")


async def test_a_download_that_breaks_off_is_no_download(server):
    server.answers["/a"] = (200, {"Content-Length": "500"}, BYTES)
    await refused("unreachable", "after 2 attempts", server.url("/a"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_this_machine_is_never_asked_whatever_it_is_called(server, host):
    allowed = Allowed(hosts=("*",))
    with pytest.raises(PoisonError) as error:
        await got(server.url("/a", host), allowed)
    # "127.1" and the like are no names for some resolvers, which is as good.
    assert error.value.reason in {"address-refused", "unreachable"}
    assert server.asked == []


@pytest.mark.parametrize(
    "uri",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00::1]/a.png",
        "http://10.0.0.1/a.png",
        "http://user:word@example.com/a.png",
        "ftp://example.com/a.png",
        "file:///etc/passwd",
        "s3://other/a.png",
        "no address",
        "http://[bad/",
        "http:///a.png",
        "file:///a%00b",
        "::",
    ],
)
async def test_other_places_are_refused(uri):
    await refused("address-refused", ".", uri)


def as_public(monkeypatch: pytest.MonkeyPatch, names: dict[str, str]) -> list[str]:
    """Makes names resolve, and loopback count as public; returns what was resolved."""
    resolved = []

    def getaddrinfo(host: str, port: int, *_args: object, **_kwargs: object) -> list[tuple[object, ...]]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names.get(host, host), port))]

    monkeypatch.setattr(fetch.socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(fetch, "public", lambda address: address == "127.0.0.1")
    return resolved


async def test_a_name_of_a_private_address_is_refused(server, monkeypatch):
    as_public(monkeypatch, {"pictures.example": "192.168.1.1"})
    uri = server.url("/a", "pictures.example")
    await refused("address-refused", "not a public address", uri, Allowed(hosts=("*",)))


@pytest.mark.parametrize("target", ["http://10.0.0.5/", "http://169.254.169.254/latest/meta-data", "http://inside/"])
async def test_a_redirect_into_a_private_network_is_refused(server, monkeypatch, target):
    as_public(monkeypatch, {"pictures.example": "127.0.0.1", "inside": "192.168.1.1"})
    server.answers["/a"] = (302, {"Location": target}, b"")
    uri = server.url("/a", "pictures.example")
    await refused("address-refused", "not a public address", uri, Allowed(hosts=("*",)))
    assert server.asked == ["/a"]


async def test_the_checked_address_is_the_one_that_is_asked(server, monkeypatch):
    """A second resolution, which a rebinding name server would answer differently, does not happen."""
    resolved = as_public(monkeypatch, {"pictures.example": "127.0.0.1"})
    server.answers["/a"] = (200, {}, BYTES)
    assert await got(server.url("/a", "pictures.example"), Allowed(hosts=("*",))) == BYTES
    assert resolved.count("pictures.example") == 1


async def test_only_allowed_hosts_are_asked_also_by_redirect(server):
    server.answers["/a"] = (302, {"Location": "http://elsewhere.example/"}, b"")
    allowed = Allowed(hosts=("*.example.org",), private_hosts=("127.0.0.1",))
    await refused("address-refused", "does not allow the host 'elsewhere.example'", server.url("/a"), allowed)
    await refused("address-refused", "does not allow the host 'example.com'", "http://EXAMPLE.com/a", allowed)
    server.answers["/file"] = (302, {"Location": "file:///etc/hostname"}, b"")
    await refused("address-refused", "only http and https", server.url("/file"), allowed)


async def test_a_redirect_that_never_ends_is_left(server):
    server.answers["/loop"] = (302, {"Location": "/loop"}, b"")
    await refused("address-refused", "redirects", server.url("/loop"))


async def test_a_download_without_end_is_cut_by_its_size(server):
    server.answers["/endless"] = (200, {}, ENDLESS)
    await refused("too-large", "more than 1000 bytes", server.url("/endless"))


@pytest.mark.parametrize("kind", [ENDLESS, SILENT])
async def test_a_slow_download_is_cut_by_its_time(server, kind):
    server.answers["/slow"] = (200, {}, kind)
    limits = {"seconds": 0.3, "largest": 1 << 40}
    await refused("too-slow", "not fetched within 0.3 s", server.url("/slow"), limits=limits)


async def test_a_file_outside_the_roots_is_refused_whatever_leads_there(tmp_path):
    root, secret = tmp_path / "root", tmp_path / "secret"
    root.mkdir()
    secret.write_bytes(BYTES)
    (root / "link").symlink_to(secret)
    allowed = Allowed(roots=(str(root), "memory://press"))
    for uri in (f"file://{root}/../secret", f"file://{root}/link", f"file://{root}/%2e%2e/secret"):
        await refused("address-refused", "MEDIA_ROOTS|upwards", uri, allowed)
    for uri in (
        "memory://pressure/a",
        "memory://press/../a",
        f"memory://press/a::file://{secret}",
        "memory://press/%2e%2e/a",
    ):
        await refused("address-refused", "MEDIA_ROOTS|upwards", uri, allowed)


async def test_a_file_is_limited_too(tmp_path):
    (tmp_path / "a").write_bytes(bytes(1001))
    await refused("too-large", "more than 1000", f"file://{tmp_path}/a", Allowed(roots=(str(tmp_path),)))


@pytest.mark.parametrize(
    "name",
    [
        "a\nb", "a\rb", "a\tb", "a%0Ab", "a%0D%0Ab", "a%00b", "%00ab", "a\u2028b", "a%E2%80%A8b", "a\x7fb", "a%1fb",
        "ab?x", "ab#x", "ab?", "ab#", "x/../ab", "x/%2e%2e/ab", "x%2F..%2Fab", "x%2Fab", "x\\..\\ab",
    ],
)  # fmt: skip
async def test_no_name_opens_another_file_of_the_folder(tmp_path, name):
    (tmp_path / "x").mkdir()
    for there in ("ab", "x/ab", "a"):
        (tmp_path / there).write_bytes(BYTES)
    await refused(
        "address-refused", "not the address of a file", f"file://{tmp_path}/{name}", Allowed(roots=(str(tmp_path),))
    )


async def test_every_name_that_python_writes_as_an_address_is_that_file(tmp_path):
    names = ["a b", "ä", "a?b", "a#b", "a%0Ab", "a;b", "%2e%2e", "a\udcffb", "中.png"]
    for name in names:
        (tmp_path / name).write_bytes(os.fsencode(name))
    for name in names:
        uri = (tmp_path / name).as_uri()
        assert await got(uri, Allowed(roots=(str(tmp_path),))) == os.fsencode(name)


@pytest.mark.parametrize("uri", ["file://elsewhere/a", "file:a", "file:", "file://[/a", "file:////../a"])
async def test_only_files_of_this_machine_are_read(tmp_path, uri):
    await refused("address-refused", ".", uri, Allowed(roots=(str(tmp_path),)))


@pytest.mark.parametrize("name", ["a\nb", "a%0Ab", "..%5c..%5ca", "a%00b"])
async def test_no_name_opens_another_file_of_a_store(name):
    await refused("address-refused", ".", f"memory://press/{name}", Allowed(roots=("memory://press",)))


@pytest.mark.parametrize(
    ("uri", "hosts"),
    [
        ("http://allowed.example\\@elsewhere.example/", "allowed.example"),
        ("http://allowed.example%2f@elsewhere.example/", "allowed.example"),
        ("http://elsewhere.example#@allowed.example/", "allowed.example"),
        ("http://elsewhere.example\t.allowed.example/", "*.allowed.example"),
    ],
)
async def test_the_host_that_is_allowed_is_the_host_that_is_asked(monkeypatch, uri, hosts):
    resolved = as_public(monkeypatch, {})
    await refused("address-refused", ".", uri, Allowed(hosts=(hosts,)))
    assert resolved == []


async def test_a_host_is_compared_as_it_is_written_and_as_the_network_writes_it(server, monkeypatch):
    as_public(monkeypatch, {"xn--bcher-kva.example": "127.0.0.1"})
    server.answers["/a"] = (200, {}, BYTES)
    for pattern in ("bücher.example", "xn--bcher-kva.example", "*.example"):
        assert await got(server.url("/a", "BÜCHER.example"), Allowed(hosts=(pattern,))) == BYTES


@pytest.mark.parametrize("host", ["xn--a", "a..b", "[::1", "b%00c"])
async def test_an_address_that_is_none_is_refused_at_once_also_as_a_redirect(server, host):
    await refused("address-refused", "not an address", f"http://{host}:18999/a.png")
    server.answers["/a"] = (302, {"Location": f"http://{host}:18999/a.png"}, b"")
    await refused("address-refused", "address", server.url("/a"))
    assert server.asked == ["/a"]
