"""Downloading from an address that somebody gave us, without being used to reach what only we can reach.

Every address is resolved and checked by `streams.sources.fetch`, redirects included, and connected to by the very
number that was checked. Size and time of all of it are limited: whoever calls cancels when the time is over, however
slowly a server drips.
"""

import asyncio
from typing import IO
from urllib.parse import urljoin, urlsplit

import httpx

from streams.media.allowed import Allowed
from streams.road.stage import PoisonError
from streams.sources.feed_record import SourceError
from streams.sources.fetch import REDIRECTS, PrivateError, UnresolvedError, resolve

_GONE = frozenset({404, 410})
_FOR_NOW = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_HEADERS = {"Accept": "image/*, video/*, audio/*", "Accept-Encoding": "identity", "User-Agent": "triplewire"}
_SILENT = 10.0
"""Seconds without a byte after which a connection is given up."""


class UnreachableError(Exception):
    """It cannot be had now, perhaps later; the message says why."""


def client() -> httpx.AsyncClient:
    """Returns the client for `download`.

    No proxy from the environment: it would resolve names itself, unchecked. No connection is kept: connections are
    known by number, and two hosts of one number must not share one.
    """
    return httpx.AsyncClient(
        trust_env=False,
        verify=httpx.create_ssl_context(),
        timeout=_SILENT,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


async def download(http: httpx.AsyncClient, url: str, into: IO[bytes], allowed: Allowed, largest: int) -> None:
    """Downloads once.

    Args:
        http: From `client`.
        url: The address.
        into: Takes the bytes.
        allowed: Which hosts may be asked.
        largest: Most bytes.

    Raises:
        PoisonError: address-refused, missing, http-error or too-large.
        UnreachableError: Time may heal it.
    """
    for _ in range(REDIRECTS + 1):
        private = allowed.private(host_of(url))
        try:
            parsed, address = await asyncio.to_thread(resolve, url, allow_private=private)
        except UnresolvedError as error:
            raise UnreachableError(str(error)) from error
        except PrivateError as error:
            message = f"{url}: {host_of(url)} is not a public address; TRIPLEWIRE_MEDIA_PRIVATE_HOSTS does not name it"
            raise PoisonError("address-refused", message) from error
        except SourceError as error:
            raise PoisonError("address-refused", str(error)) from error
        request = http.build_request(
            "GET",
            parsed.copy_with(host=address),
            headers={"Host": parsed.netloc.decode(), **_HEADERS},
            extensions={"sni_hostname": parsed.raw_host.decode()},
        )
        try:
            response = await http.send(request, stream=True)
            try:
                if not response.has_redirect_location:
                    await _take(response, url, into, largest)
                    return
                url = urljoin(url, response.headers["location"])
            finally:
                await response.aclose()
        except (httpx.InvalidURL, ValueError) as error:
            raise PoisonError("address-refused", f"{url}: it leads to no address: {error}") from error
        except httpx.HTTPError as error:
            raise UnreachableError(f"{url}: {error or type(error).__name__}") from error
    raise PoisonError("address-refused", f"{url}: more than {REDIRECTS} redirects")


def host_of(url: str) -> str:
    """Returns an address's host.

    Raises:
        PoisonError: address-refused: it is no address.
    """
    try:
        return urlsplit(url).hostname or ""
    except ValueError as error:
        raise PoisonError("address-refused", f"{url}: not an address: {error}") from error


async def _take(response: httpx.Response, url: str, into: IO[bytes], largest: int) -> None:
    status = response.status_code
    said = f"{url}: the server answered {status} {response.reason_phrase}"
    if status in _GONE:
        raise PoisonError("missing", said)
    if status in _FOR_NOW or status >= _SERVER_ERROR:
        raise UnreachableError(said)
    if not response.is_success:
        raise PoisonError("http-error", said)
    into.seek(0)
    into.truncate()
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > largest:
            raise PoisonError("too-large", f"{url}: more than {largest} bytes")
        into.write(chunk)
