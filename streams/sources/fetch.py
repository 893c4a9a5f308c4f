"""Fetches an address that somebody else gave us, without exposing what only this machine can reach (SSRF).

A feed's address, or a redirect, might point to this machine, its network or a cloud's metadata service. So every
address is resolved here and refused unless it is public, and the connection goes to the IP address that was checked: a
name that resolves differently a moment later has no effect.
"""

import ipaddress
import socket
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpx

from streams.sources.feed_record import SourceError

LARGEST = 20 * 1024 * 1024
SECONDS = 30.0
REDIRECTS = 5
UNPACKED_PIECE = 256 * 1024
_PACKED = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class UnresolvedError(SourceError):
    """A host name does not resolve, perhaps only temporarily."""


class PrivateError(SourceError):
    """An address is not public."""


class TooMuchError(SourceError):
    """An address sends more than is wanted."""


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered.

    Attributes:
        content: The bytes, decompressed.
        address: The address after redirects.
        charset: The encoding that the server stated; empty if none.
    """

    content: bytes
    address: str
    charset: str


def public(address: str) -> bool:
    """Returns whether an IP address is public. An IPv4 address embedded in an IPv6 one must be public, too."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner: ipaddress.IPv4Address | None = None
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return (inner is None or public(str(inner))) and ip.is_global and not ip.is_multicast


def resolve(url: str, *, allow_private: bool = False) -> tuple[httpx.URL, str]:
    """Checks an address and returns it with the IP address to connect to.

    Raises:
        UnresolvedError: Its host name does not resolve.
        PrivateError: It is not public.
        SourceError: It is not http(s), or contains a user name or password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        parsed = httpx.URL(url)
    except (ValueError, httpx.InvalidURL) as error:
        raise SourceError(f"{url}: not an address: {error}") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise SourceError(f"{url}: only http and https addresses can be fetched")
    if parsed.userinfo:
        raise SourceError("the address contains a user name or password; such addresses are not fetched")
    try:
        found = socket.getaddrinfo(parsed.raw_host.decode(), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnresolvedError(f"{url}: the host name {parsed.host} does not resolve ({error})") from error
    addresses = [str(entry[4][0]) for entry in found]
    private = [a for a in addresses if not public(a)]
    if private and not allow_private:
        raise PrivateError(
            f"{url}: {parsed.host} is {private[0]}, which is not a public address; "
            "pass --allow-private to read from your own network"
        )
    return parsed, addresses[0]


def fetch(url: str, *, allow_private: bool = False, largest: int = LARGEST, seconds: float = SECONDS) -> bytes:
    """Returns the content of an http(s) address, decompressed. See `fetch_page`."""
    return fetch_page(url, allow_private=allow_private, largest=largest, seconds=seconds).content


def fetch_page(url: str, *, allow_private: bool = False, largest: int = LARGEST, seconds: float = SECONDS) -> Page:
    """Returns the content of an http(s) address, decompressed, and what else the server stated.

    Args:
        url: The address. Up to five redirects are followed, each checked like the first address.
        allow_private: Whether to read from loopback and private networks, too.
        largest: Most bytes to read.
        seconds: Longest time for the whole fetch.

    Raises:
        TooMuchError: The address sends more than `largest` bytes.
        SourceError: The address is refused, unreachable, answers with an error, or sends too slowly.
    """
    deadline = time.monotonic() + seconds
    # No proxy from the environment: it would resolve the host name itself, unchecked.
    with httpx.Client(trust_env=False, verify=httpx.create_ssl_context(), timeout=min(10.0, seconds)) as client:
        for _ in range(REDIRECTS + 1):
            parsed, address = resolve(url, allow_private=allow_private)
            request = client.build_request(
                "GET",
                parsed.copy_with(host=address),
                headers={
                    "Host": parsed.netloc.decode(),
                    "Accept": _ACCEPT,
                    "Accept-Encoding": "gzip, deflate",
                    "User-Agent": "triplewire",
                },
                extensions={"sni_hostname": parsed.raw_host.decode()},
            )
            try:
                response = client.send(request, stream=True)
                try:
                    if not response.is_redirect:
                        return Page(_body(response, url, largest, deadline), url, response.charset_encoding or "")
                    url = urljoin(url, response.headers["location"])
                finally:
                    response.close()
            except httpx.HTTPError as error:
                raise SourceError(f"{url}: {error or type(error).__name__}") from error
    raise SourceError(f"{url}: more than {REDIRECTS} redirects")


def _body(response: httpx.Response, url: str, largest: int, deadline: float) -> bytes:
    if response.is_error:
        raise SourceError(f"{url}: the server answered {response.status_code} {response.reason_phrase}")
    body = bytearray()
    for chunk in _decoded(response, url):
        body += chunk
        if len(body) > largest:
            raise TooMuchError(f"{url}: more than {largest} bytes")
        if time.monotonic() > deadline:
            raise SourceError(f"{url}: took too long")
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
            waiting = unpacker.unconsumed_tail
