"""Downloads from an address that a publisher gave, without letting it reach into our private network.

`streams.sources.fetch` resolves and checks every address, redirects included, and we connect to the IP address that was
checked. The size is limited here; the caller limits the time by cancelling, however slowly a server sends.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import IO
from urllib.parse import urljoin

import httpx

from streams.media.allowed import Allowed
from streams.road.stage import PoisonError
from streams.sources.feed_record import SourceError
from streams.sources.fetch import REDIRECTS, PrivateError, UnresolvedError, parse_address, resolve

_GONE = frozenset({404, 410})
_TRANSIENT = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_HEADERS = {"Accept": "image/*, video/*, audio/*", "Accept-Encoding": "identity", "User-Agent": "triplewire"}
_READ_TIMEOUT = 10.0
"""Seconds without a byte after which a connection is closed."""

_RESOLVERS = ThreadPoolExecutor(16, "resolver")
"""Threads of their own: a name server that does not answer would otherwise hold up the threads that read files."""


class UnreachableError(Exception):
    """The media cannot be fetched now, perhaps later; the message says why."""


def client() -> httpx.AsyncClient:
    """Returns the client for `download`.

    It ignores proxies of the environment, which would resolve names themselves, unchecked. It keeps no connections
    alive: they are pooled by IP address, and two hosts of one address must not share one.
    """
    return httpx.AsyncClient(
        trust_env=False,
        verify=httpx.create_ssl_context(),
        timeout=_READ_TIMEOUT,
        limits=httpx.Limits(max_keepalive_connections=0),
    )


async def download(http: httpx.AsyncClient, url: str, into: IO[bytes], allowed: Allowed, largest: int) -> None:
    """Makes one attempt to download.

    Args:
        http: The client that `client` returns.
        url: The address.
        into: The file that receives the bytes.
        allowed: Which hosts may be asked.
        largest: Most bytes.

    Raises:
        PoisonError: address-refused, missing, http-error or too-large.
        UnreachableError: A later attempt may succeed.
    """
    for _ in range(REDIRECTS + 1):
        parsed, address = await _checked(url, allowed)
        try:
            request = http.build_request(
                "GET",
                parsed.copy_with(host=address),
                headers={"Host": parsed.netloc.decode(), **_HEADERS},
                extensions={"sni_hostname": parsed.raw_host.decode()},
            )
            response = await http.send(request, stream=True)
            try:
                if not response.has_redirect_location:
                    await _save(response, url, into, largest)
                    return
                url = urljoin(url, response.headers["location"])
            finally:
                await response.aclose()
        except (httpx.InvalidURL, ValueError) as error:
            raise PoisonError("address-refused", f"{url}: the address or its redirect is invalid: {error}") from error
        except httpx.HTTPError as error:
            # httpx reads a redirect although it does not follow it.
            if isinstance(error, httpx.RemoteProtocolError) and "location header" in str(error):
                raise PoisonError("address-refused", f"{url}: its redirect is invalid: {error}") from error
            raise UnreachableError(f"{url}: {error or type(error).__name__}") from error
    raise PoisonError("address-refused", f"{url}: more than {REDIRECTS} redirects")


async def _checked(url: str, allowed: Allowed) -> tuple[httpx.URL, str]:
    """Returns an address that may be asked, and the IP address to connect to; every redirect comes here, too.

    Raises:
        PoisonError: address-refused.
        UnreachableError: Its host name does not resolve at the moment.
    """
    try:
        # One reading decides which host is allowed and which one is asked.
        parsed = parse_address(url)
        private = allowed.private(parsed)
        return await asyncio.get_running_loop().run_in_executor(_RESOLVERS, lambda: resolve(url, allow_private=private))
    except UnresolvedError as error:
        raise UnreachableError(str(error)) from error
    except PrivateError as error:
        host = parsed.raw_host.decode()
        message = f"{url}: {host} is not a public address; TRIPLEWIRE_MEDIA_PRIVATE_HOSTS does not name it"
        raise PoisonError("address-refused", message) from error
    except SourceError as error:
        raise PoisonError("address-refused", str(error)) from error


async def _save(response: httpx.Response, url: str, into: IO[bytes], largest: int) -> None:
    status = response.status_code
    answered = f"{url}: the server answered {status} {response.reason_phrase}"
    if status in _GONE:
        raise PoisonError("missing", answered)
    if status in _TRANSIENT or status >= _SERVER_ERROR:
        raise UnreachableError(answered)
    if not response.is_success:
        raise PoisonError("http-error", answered)
    into.seek(0)
    into.truncate()
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > largest:
            raise PoisonError("too-large", f"{url}: more than {largest} bytes")
        into.write(chunk)
