"""Fetches an address that somebody else gave us, without exposing what only this machine can reach (SSRF).

A feed's address, or a redirect, might point to this machine, its network or a cloud's metadata service. So every
address is resolved here and refused unless it is public, and the connection goes to the IP address that was checked: a
name that resolves differently a moment later has no effect.
"""

import ipaddress
import re
import socket
import ssl
import threading
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Self
from urllib.parse import urljoin

import httpx
from httpx import codes

from streams.sources.feed_record import SourceError
from streams.sources.feeds import links

LARGEST = 20 * 1024 * 1024
SECONDS = 30.0
REDIRECTS = 5
LONGEST_VALIDATOR = 1024
UNPACKED_PIECE = 256 * 1024
_PACKED = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_LAST_PORT = 65_535
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of control characters, halves of surrogate pairs, and line and paragraph separators."""

_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")
"""IPv4 addresses of protocols' own; a cloud's metadata service has one. Python before 3.11.10 counts most as public."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_UNICAST = ipaddress.ip_network("2000::/3")
"""All IPv6 addresses that are assigned to networks of the public Internet (RFC 4291, section 2.4; IANA's registry)."""

_NOT_ROUTED = (
    ipaddress.ip_network("2001::/23"),
    ipaddress.ip_network("2001:db8::/32"),
    ipaddress.ip_network("3fff::/20"),
)
"""Within them: Teredo and other protocols' own addresses, and those of documentation."""

_ISATAP = frozenset({0x5EFE, 0x02005EFE})
"""The third quarter of an address whose last quarter is an IPv4 address (RFC 5214, section 6.1)."""


class UnresolvedError(SourceError):
    """A host name does not resolve, perhaps only temporarily."""


class PrivateError(SourceError):
    """An address is not public."""


class TooMuchError(SourceError):
    """An address sends more than is wanted."""


class AnswerError(SourceError):
    """A server answered with an error.

    Attributes:
        status: The HTTP status.
        retry_after: What it says about when to ask again, as written; empty if nothing.
    """

    def __init__(self, message: str, status: int, retry_after: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Validators:
    """By which a server tells whether an address has changed (RFC 9110, section 8.8).

    Attributes:
        etag: Its `ETag`, as sent; empty if there was none.
        last_modified: Its `Last-Modified`, as sent; empty if there was none.
    """

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """Returns the headers that ask for the content only if it has changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


_NONE = Validators()


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered.

    Attributes:
        content: The bytes, decompressed.
        address: The address after redirects.
        charset: The encoding that the server stated; empty if none.
        validators: What to ask with the next time.
        unchanged: Whether it only says that nothing has changed since the validators that were sent; without content.
    """

    content: bytes
    address: str
    charset: str
    validators: Validators
    unchanged: bool = False


def public(address: str) -> bool:
    """Returns whether an IP address is public. An IPv4 address embedded in an IPv6 one must be public, too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and ip not in _PROTOCOLS
    inner = ip.ipv4_mapped or ip.sixtofour
    if ip in _NAT64 or int(ip) >> 32 & 0xFFFFFFFF in _ISATAP:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    if inner is not None and not public(str(inner)):
        return False
    # By what is assigned, not by what is reserved: the lists of Python's releases differ, and none has ::/96.
    return (ip in _UNICAST and not any(ip in network for network in _NOT_ROUTED)) or ip in _NAT64


def parse_address(url: str) -> httpx.URL:
    """Checks the form of an http(s) address.

    Raises:
        SourceError: It is not http(s), not valid, or contains a user name or password.
    """
    # Before anything else, as every other message contains the address.
    if (shown := links.without_user(url)) != url:
        raise SourceError(f"{shown!r}: the address contains a user name or password; such addresses are not fetched")
    # `urlsplit` would leave out line breaks and tabs, so that another address is read than the one that was given.
    if any(unicodedata.category(c) in _CONTROL for c in url):
        raise SourceError(f"{url!r}: not an address: it contains a control character or a line break")
    try:
        parsed = httpx.URL(url)
        # Here and nowhere else, as each of these may raise: a port above 65535, a label that is no valid IDNA.
        host, port = parsed.raw_host.decode("ascii"), parsed.port
        _ = parsed.host, parsed.netloc.decode("ascii"), parsed.copy_with(host="192.0.2.1")
        if ":" in host:
            ipaddress.IPv6Address(host)
        host.encode("idna")
    except (ValueError, httpx.InvalidURL) as error:
        raise SourceError(f"{url}: not an address: {error}") from error
    if parsed.scheme not in {"http", "https"} or not host:
        raise SourceError(f"{url}: only http and https addresses can be fetched")
    if ":" not in host and not _NAME.fullmatch(host):
        raise SourceError(f"{url}: not an address: no host has the name {host!r}")
    if port is not None and not 0 < port <= _LAST_PORT:
        raise SourceError(f"{url}: not an address: there is no port {port}")
    if parsed.userinfo:
        raise SourceError("the address contains a user name or password; such addresses are not fetched")
    return parsed


def resolve(url: str, *, allow_private: bool = False) -> tuple[httpx.URL, str]:
    """Checks an address and returns it with the IP address to connect to.

    Raises:
        UnresolvedError: Its host name does not resolve.
        PrivateError: It is not public.
        SourceError: See `parse_address`.
    """
    parsed = parse_address(url)
    host = parsed.raw_host.decode("ascii")
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UnresolvedError(f"{url}: the host name {host} does not resolve ({error})") from error
    except ValueError as error:
        raise SourceError(f"{url}: not an address: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    private = [a for a in addresses if not public(a)]
    if private and not allow_private:
        raise PrivateError(
            f"{url}: {host} is {private[0]}, which is not a public address; "
            "pass --allow-private to read from your own network"
        )
    return parsed, addresses[0]


def fetch(url: str, *, allow_private: bool = False, largest: int = LARGEST, seconds: float = SECONDS) -> bytes:
    """Returns the content of an http(s) address, decompressed. See `fetch_page`."""
    return fetch_page(url, allow_private=allow_private, largest=largest, seconds=seconds).content


def fetch_page(
    url: str,
    *,
    allow_private: bool = False,
    largest: int = LARGEST,
    seconds: float = SECONDS,
    known: Validators = _NONE,
) -> Page:
    """Returns the content of an http(s) address, decompressed, and what else the server stated.

    Args:
        url: The address. Up to five redirects are followed, each checked like the first address.
        allow_private: Whether to read from loopback and private networks, too.
        largest: Most bytes to read.
        seconds: Longest time for the whole fetch, however slowly a server sends, and whatever it sends.
        known: The validators of the content that we have.

    Raises:
        TooMuchError: The address sends more than `largest` bytes.
        AnswerError: The server answers with an error.
        SourceError: The address is refused, unreachable, answers with an error, or sends too slowly.
    """
    # No proxy from the environment: it would resolve the host name itself, unchecked.
    with (
        httpx.Client(trust_env=False, verify=_trusted(), timeout=min(10.0, seconds)) as client,
        _Deadline(seconds) as deadline,
    ):
        for _ in range(REDIRECTS + 1):
            parsed, address = resolve(url, allow_private=allow_private)
            try:
                request = client.build_request(
                    "GET",
                    parsed.copy_with(host=address),
                    headers={
                        "Host": parsed.netloc.decode(),
                        "Accept": _ACCEPT,
                        "Accept-Encoding": "gzip, deflate",
                        "User-Agent": "triplewire",
                        **known.headers(),
                    },
                    extensions={"sni_hostname": parsed.raw_host.decode(), "trace": deadline.watch},
                )
                response = client.send(request, stream=True)
                try:
                    if not response.has_redirect_location:
                        page = _page(response, url, largest, known)
                        # Without a stated length, a body that is cut off looks like one that ends.
                        deadline.check(url)
                        return page
                    url = urljoin(url, response.headers["location"])
                finally:
                    response.close()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                deadline.check(url)
                raise SourceError(f"{url}: {error or type(error).__name__}") from error
            except SourceError:
                deadline.check(url)
                raise
            deadline.check(url)
    raise SourceError(f"{links.without_user(url)}: more than {REDIRECTS} redirects")


class _Deadline:
    """Ends the connections of a fetch when its time is over.

    A timeout for each read would let a server that sends a byte now and then keep us for days: within headers, between
    chunks, or with endless `100 Continue`, of which the caller of httpx sees nothing.

    Args:
        seconds: Time for the fetch, from now.
    """

    def __init__(self, seconds: float) -> None:
        self._passed = False
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Begins to count."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Counts no longer."""
        self._timer.cancel()

    def check(self, url: str) -> None:
        """Raises a SourceError if the time is over."""
        if self._passed:
            raise SourceError(f"{links.without_user(url)}: took too long")

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Takes note of a connection; called by httpcore with whatever happens to a request."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            with self._lock:
                self._sockets.append(info["return_value"].get_extra_info("socket"))
                if self._passed:
                    self._shut()

    def _end(self) -> None:
        with self._lock:
            self._passed = True
            self._shut()

    def _shut(self) -> None:
        for one in self._sockets:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(one, socket.SHUT_RDWR)  # not TLS's own, which another thread must not call


@cache
def _trusted() -> ssl.SSLContext:
    """Returns the authorities that are trusted. Reading them takes longer than most downloads."""
    return httpx.create_ssl_context()


def _page(response: httpx.Response, url: str, largest: int, known: Validators) -> Page:
    headers = response.headers
    validators = Validators(*(_short(headers.get(name, "")) for name in ("etag", "last-modified")))
    if response.status_code == codes.NOT_MODIFIED and known.headers():
        return Page(b"", url, "", known, unchanged=True)
    if not response.is_success:
        message = f"{url}: the server answered {response.status_code} {response.reason_phrase}"
        raise AnswerError(message, response.status_code, headers.get("retry-after", ""))
    return Page(_body(response, url, largest), url, response.charset_encoding or "", validators)


def _short(validator: str) -> str:
    """Returns a validator that can be sent back; empty for one that is too long to keep or not ASCII."""
    return validator if len(validator) <= LONGEST_VALIDATOR and validator.isascii() else ""


def _body(response: httpx.Response, url: str, largest: int) -> bytes:
    body = bytearray()
    for chunk in _decoded(response, url):
        body += chunk
        if len(body) > largest:
            raise TooMuchError(f"{url}: more than {largest} bytes")
    return bytes(body)


def _decoded(response: httpx.Response, url: str) -> Iterator[bytes]:
    """Yields the body, decompressed in small pieces: a few packed bytes may unpack to gigabytes."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        yield from response.iter_raw()
        return
    if encoding not in _PACKED:
        raise SourceError(f"{url}: the server packs its answer as {encoding[:40]!r}, which was not asked for")
    unpacker = zlib.decompressobj(_PACKED[encoding])
    first = True
    for chunk in response.iter_raw():
        waiting = chunk
        while waiting:
            try:
                piece = unpacker.decompress(waiting, UNPACKED_PIECE)
            except zlib.error as error:
                if not (first and encoding == "deflate"):
                    raise SourceError(f"{url}: its packed answer is damaged ({error})") from error
                unpacker = zlib.decompressobj(-zlib.MAX_WBITS)  # many servers leave out deflate's header
                first = False
                continue
            first = False
            yield piece
            if unpacker.eof:
                return  # it would keep whatever follows, however much that is
            waiting = unpacker.unconsumed_tail
    if not first:
        raise SourceError(f"{url}: its packed answer ends too early")
