"""Addresses are checked against real servers on loopback: what must not be reached says whether it was."""

import gzip
import random
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler

import pytest

from streams.sources import SourceError, fetch, read_source
from streams.sources.feeds import reader
from streams.sources.fetch import parse_address, public
from tests.helpers.loopback import Loopback, begin

FEED = b"<rss version='2.0'><channel><title>T</title><item><title>Hello</title><guid>1</guid></item></channel></rss>"


class Server(Loopback):
    """Answers by a table and remembers who asked for what."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        super().__init__()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.headers["Host"], request.path))
        status, headers, body = self.answers[request.path]
        begin(request, status, headers)
        with suppress(OSError):  # not all of it is waited for
            request.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_this_machine_is_never_asked_whatever_it_is_called(server, host):
    server.answers["/feed"] = (200, {}, FEED)
    with pytest.raises(SourceError, match=r"not a public address|does not resolve"):
        list(read_source(server.url("/feed", host)))
    assert server.asked == []


def test_allow_private_reads_it(server):
    server.answers["/feed"] = (200, {}, FEED)
    (item,) = read_source(server.url("/feed"), allow_private=True)
    assert item.article.body == "Hello"
    assert server.asked == [(f"127.0.0.1:{server.port}", "/feed")]


def as_public(monkeypatch: pytest.MonkeyPatch, names: dict[str, str]) -> list[str]:
    """Makes names resolve, the first of them to a loopback address that counts as public; returns what was resolved."""
    resolved = []

    def getaddrinfo(host: str, port: int, *_args: object, **_kwargs: object) -> list[tuple]:
        resolved.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (names.get(host, host), port))]

    monkeypatch.setattr(fetch.socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(fetch, "public", lambda address: address == "127.0.0.1")
    return resolved


@pytest.mark.parametrize("target", ["http://10.0.0.5/", "http://169.254.169.254/latest/meta-data", "http://inside/"])
def test_a_redirect_into_a_private_network_is_refused(server, monkeypatch, target):
    as_public(monkeypatch, {"feeds.example": "127.0.0.1", "inside": "192.168.1.1"})
    server.answers["/feed"] = (302, {"Location": target}, b"")
    with pytest.raises(SourceError, match="not a public address"):
        fetch.fetch(server.url("/feed", "feeds.example"))
    assert len(server.asked) == 1


def test_the_checked_address_is_the_one_that_is_asked(server, monkeypatch):
    """A second resolution, which a rebinding name server would answer differently, does not happen."""
    resolved = as_public(monkeypatch, {"feeds.example": "127.0.0.1"})
    server.answers["/feed"] = (200, {}, FEED)
    assert fetch.fetch(server.url("/feed", "feeds.example")) == FEED
    assert resolved.count("feeds.example") == 1
    assert server.asked == [(f"feeds.example:{server.port}", "/feed")]


def test_redirects_are_followed_but_not_for_ever(server):
    server.answers |= {"/a": (301, {"Location": "/b"}, b""), "/b": (200, {}, FEED)}
    assert fetch.fetch(server.url("/a"), allow_private=True) == FEED
    server.answers["/loop"] = (302, {"Location": "/loop"}, b"")
    with pytest.raises(SourceError, match="redirects"):
        fetch.fetch(server.url("/loop"), allow_private=True)


def test_a_redirect_to_a_file_is_refused(server):
    server.answers["/a"] = (302, {"Location": "file:///etc/hostname"}, b"")
    with pytest.raises(SourceError, match="only http and https"):
        fetch.fetch(server.url("/a"), allow_private=True)


@pytest.mark.parametrize("packed", [False, True])
def test_too_much_is_refused_also_when_it_is_packed(server, packed):
    body = b"x" * 300_000
    server.answers["/big"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(body)) if packed else (200, {}, body)
    with pytest.raises(SourceError, match="more than 200000 bytes"):
        fetch.fetch(server.url("/big"), allow_private=True, largest=200_000)
    assert len(fetch.fetch(server.url("/big"), allow_private=True, largest=300_000)) == 300_000


def test_a_packed_answer_is_unpacked_piece_by_piece(server):
    """50 MB of one letter are 50 kB on the wire, of which a single read would make all 50 MB."""
    server.answers["/bomb"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 50_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(fetch.TooMuchError):
            fetch.fetch(server.url("/bomb"), allow_private=True, largest=1_000_000)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("bits", [zlib.MAX_WBITS, -zlib.MAX_WBITS])
def test_deflate_is_read_with_and_without_its_header(server, bits):
    packer = zlib.compressobj(wbits=bits)
    server.answers["/feed"] = (200, {"Content-Encoding": "deflate"}, packer.compress(FEED) + packer.flush())
    assert fetch.fetch(server.url("/feed"), allow_private=True) == FEED


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_an_answer_that_cannot_be_unpacked_says_so(server, encoding):
    server.answers["/feed"] = (200, {"Content-Encoding": encoding}, b"\x00nonsense")
    with pytest.raises(SourceError, match=r"not asked for|damaged"):
        fetch.fetch(server.url("/feed"), allow_private=True)


def test_a_feed_at_an_address_knows_its_encoding_and_base_from_the_server(server):
    feed = "<rss><channel><title>T</title><item><title>Анна</title><link>a.html</link></item></channel></rss>"
    server.answers |= {
        "/old": (301, {"Location": "/dir/feed"}, b""),
        "/dir/feed": (200, {"Content-Type": "text/xml; charset=windows-1251"}, feed.encode("cp1251")),
    }
    (item,) = read_source(server.url("/old"), allow_private=True)
    assert (item.article.body, item.article.url) == ("Анна", server.url("/dir/a.html"))


def test_a_feed_at_an_address_that_is_too_large_says_what_to_do(server, monkeypatch):
    monkeypatch.setattr(reader, "LARGEST_ADDRESS", 50)
    server.answers["/feed"] = (200, {}, FEED)
    with pytest.raises(SourceError, match="download it, and publish the file"):
        list(read_source(server.url("/feed"), allow_private=True))


@pytest.mark.parametrize(
    ("body", "message"),
    [(b'{"error": "slow down", "request": 7}', "not an article: id: Field required"), (b"{'a'}", "not JSON")],
)
def test_an_answer_that_is_neither_a_feed_nor_an_article_is_an_error(server, body, message):
    server.answers["/api"] = (200, {}, body)
    with pytest.raises(SourceError, match=message):
        list(read_source(server.url("/api"), allow_private=True))


def test_an_error_page_is_no_feed(server):
    server.answers["/gone"] = (410, {}, b"gone")
    with pytest.raises(SourceError, match="410"):
        fetch.fetch(server.url("/gone"), allow_private=True)


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x")[:10], b"\x00\x00\x00\xff\xff"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X: y\r\n"),
    ],
    ids=["status", "headers", "continue", "body", "nothing unpacked", "chunk", "trailers"],
)
def test_a_server_that_never_ends_is_left(begin, drop):
    """One that sends a little for ever, so that no single read takes long: only the deadline ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(begin)
                while not over.wait(0.01):
                    try:
                        connection.sendall(drop)
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            with pytest.raises(SourceError, match="too long"):
                fetch.fetch(f"http://127.0.0.1:{listener.getsockname()[1]}/", allow_private=True, seconds=0.5)
        finally:
            over.set()
            thread.join()


def test_what_follows_a_packed_answer_is_not_kept(server):
    server.answers["/feed"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(FEED) + b"x" * 20_000_000)
    tracemalloc.start()
    try:
        assert fetch.fetch(server.url("/feed"), allow_private=True, largest=100_000) == FEED
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_packed_answer_that_ends_too_early_is_none(server):
    packed = gzip.compress(random.Random(1).randbytes(9000).hex().encode())  # noqa: S311
    server.answers["/feed"] = (200, {"Content-Encoding": "gzip"}, packed[:-2000])
    with pytest.raises(SourceError, match="ends too early"):
        fetch.fetch(server.url("/feed"), allow_private=True)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("ftp://example.com/feed", "only http and https"),
        ("http://", "only http and https|not an address"),
        ("http://user:word@example.com/", "password"),
        ("http://example.com:99999/", "not an address"),
        ("http://169.254.169.254/latest/meta-data/", "not a public address"),
        ("http://[fd00::1]/", "not a public address"),
        ("http://0.0.0.0/", "not a public address"),
    ],
)
def test_other_addresses_are_refused(url, message):
    with pytest.raises(SourceError, match=message):
        list(read_source(url))


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("2002:7f00:1::", False),
        ("::ffff:10.0.0.1", False),
    ],
)
def test_public_addresses(address, is_public):
    assert public(address) is is_public


@pytest.mark.parametrize(
    "url",
    [
        "http://xn--a:18999/a.png",
        "http://xn--/",
        "http://a..b/",
        f"http://{'a' * 64}.example/",
        "http://example.com:0/",
        "http://example.com:65536/",
        "http://example.com:-1/",
        "http://[::1/",
        "http://[bad]/",
        "http://[::127.0.0.1%25lo]:x/",
        "http://a%00b/",
        "http://a b/",
        "http://exam\nple.com/",
        "http://example.com/a\nb",
        "http://example.com/a\u2028b",
        "http://\ud800/",
        "http:\\\\example.com/",
    ],
)
def test_an_address_that_is_none_is_said_to_be_none(url):
    with pytest.raises(SourceError, match=r"not an address|only http and https"):
        fetch.resolve(url)


# Every way to write an address of this machine, of its network or of a cloud's metadata service.
@pytest.mark.parametrize(
    "address",
    [
        "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:0:127.0.0.1", "::7f00:1", "::", "::1", "::2", "::a9fe:a9fe",
        "64:ff9b::127.0.0.1", "64:ff9b:1::10.0.0.1", "2002:7f00:1::1", "2002:a9fe:a9fe::", "2001:0:7f00:1::1",
        "2001:db8::1", "3fff::1", "100::1", "fec0::1", "fc00::1", "fd00:ec2::254", "fe80::1%eth0", "ff02::1",
        "2a00::5efe:127.0.0.1", "2a00::200:5efe:10.0.0.1", "5f00::1", "4000::1",
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.168.0.1",  # noqa: S104
        "192.0.0.8", "192.0.0.192", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    ],
)  # fmt: skip
def test_what_is_not_public(address):
    assert not public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::1"]
)
def test_what_is_public(address):
    assert public(address)


@pytest.mark.parametrize(
    "host",
    [
        "[::127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0177.0.0.1", "0x7f.0.0.1",
        "2130706433", "017700000001", "0x7f000001", "127.1", "0", "0.0.0.0", "localhost", "LOCALHOST.", "127.0.0.1.",  # noqa: S104
        "169.254.1.1", "①②⑦.⓪.⓪.①",
    ],
)  # fmt: skip
def test_no_way_to_write_this_machine_is_public(host):
    # Some resolvers know "127.1" and the like for no name, which is as good.
    with pytest.raises(SourceError, match=r"not a public address|does not resolve|not an address"):
        fetch.resolve(f"http://{host}/")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://bob:secret@x.example/feed",
        "https://bob:secret@x:99999/feed",
        "feed://bob:secret@x.example/feed",
        "bob:secret@x.example/feed",
        "https:bob:secret@x.example/feed",
        "https://bob:sec/secret@x.example/feed",
        "https://bob:\nsecret@x.example/feed",
        "https:\\\\bob:secret@x.example/feed",
    ],
)
def test_a_password_is_in_no_message(address: str) -> None:
    with pytest.raises(SourceError) as raised:
        parse_address(address)
    assert "secret" not in str(raised.value)
    assert "x" in str(raised.value)


@pytest.mark.parametrize(
    "address", ["https://a.example/@bob/feed", "https://[2001:db8::1]:80/@bob", "https://a.example:/@b"]
)
def test_an_at_sign_in_a_path_is_no_user_name(address: str) -> None:
    assert str(parse_address(address)).endswith("@" + address.rpartition("@")[2])
