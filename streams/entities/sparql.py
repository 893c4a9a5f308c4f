"""Queries Wikidata, or a mirror of it, for the item of a name: SPARQL 1.1 over HTTP.

Protocol: https://www.w3.org/TR/sparql11-protocol/ ; results: https://www.w3.org/TR/sparql11-results-json/ ; vocabulary:
https://www.mediawiki.org/wiki/Wikibase/Indexing/RDF_Dump_Format .
"""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import httpx
import stamina

from inference.knowledge.sparql import literal
from streams.road.metrics import RETRIES

ATTEMPTS = 3
LARGEST = 4 * 1024 * 1024
"""Most bytes of an answer."""

MIN_SHARE = 0.8
"""Least share of the sitelinks of all items of a name that the chosen item needs. Sitelinks measure how well known an
item is."""

STEP = "wikidata"

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
# `mul` holds the names that are the same in all languages.
_LANGUAGES = {True: ("zh", "zh-hans", "zh-cn", "mul"), False: ("en", "mul")}
_ITEM = re.compile(r"https?://www\.wikidata\.org/entity/(Q[1-9][0-9]{0,11})")

_QUERY = """
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX schema: <http://schema.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?name ?class ?item ?links WHERE {
  VALUES (?name ?class) { %s }
  ?item rdfs:label|skos:altLabel ?name .
  ?item wdt:P31/wdt:P279* ?class .
  OPTIONAL { ?item wikibase:sitelinks|(^schema:about/wikibase:sitelinks) ?links }
}
"""


class LookupFailedError(Exception):
    """The endpoint gave no usable answer. The failure may be temporary.

    Attributes:
        wait: Seconds to wait before the next request, if the endpoint asked for it; otherwise 0.
    """

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class _BusyError(LookupFailedError):
    """A failure that is worth an immediate retry."""


def check_address(url: str) -> None:
    """Checks the endpoint of the settings. It may be on a private network; redirects are not followed.

    Raises:
        ValueError: It is not an http(s) address, or contains a user name or password.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{url}: not an http or https address")
    if parts.username or parts.password:
        raise ValueError("the address contains a user name or password; such addresses are not queried")


def query(names: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Returns the query for names, each with the classes that its item may be an instance of."""
    pairs = [
        f"({literal(name)}@{language} wd:{class_})"
        for name, classes in names
        for language in _LANGUAGES[bool(_HAN.search(name))]
        for class_ in classes
    ]
    return _QUERY % " ".join(pairs)


def read(body: bytes) -> dict[tuple[str, str], dict[str, int]]:
    """Reads an answer: for each name and class, the items and their number of sitelinks.

    Raises:
        LookupFailedError: The body is not an answer.
    """
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    try:
        for row in json.loads(body)["results"]["bindings"]:
            item, class_ = _ITEM.fullmatch(row["item"]["value"]), _ITEM.fullmatch(row["class"]["value"])
            if item and class_:
                items = found[row["name"]["value"], class_[1]]
                items[item[1]] = max(items.get(item[1], 0), int(row["links"]["value"]) if "links" in row else 0)
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise LookupFailedError(f"not SPARQL results in JSON: {error!r}") from error
    return found


def chosen(items: Mapping[str, int]) -> str | None:
    """Returns the item of a name: the only one, or one far better known than all others; otherwise None."""
    if len(items) == 1:
        return next(iter(items))
    best = max(items, key=lambda id_: (items[id_], id_), default=None)
    return best if best and items[best] > 0 and items[best] >= MIN_SHARE * sum(items.values()) else None


class Sparql:
    """A SPARQL endpoint. Not for concurrent requests."""

    def __init__(self, url: str, *, agent: str, timeout: float) -> None:
        """Opens no connection yet.

        Args:
            url: The endpoint's address.
            agent: The user agent: who asks, and how to contact them.
            timeout: Seconds for one whole attempt.
        """
        self._url = url
        headers = {"User-Agent": agent, "Accept": "application/sparql-results+json"}
        self._client = httpx.AsyncClient(headers=headers, timeout=timeout)
        self._timeout = timeout

    async def close(self) -> None:
        """Closes the connection."""
        await self._client.aclose()

    async def ask(self, names: Sequence[tuple[str, Sequence[str]]]) -> list[str | None]:
        """Returns the id of each name (given with its classes); None if there is none, or no single one.

        Raises:
            LookupFailedError: There was no answer in any attempt.
        """
        text = query(names)
        found: dict[tuple[str, str], dict[str, int]] = {}
        attempts = stamina.retry_context(
            on=_BusyError, attempts=ATTEMPTS, timeout=None, wait_initial=1.0, wait_max=10.0, wait_jitter=1.0
        )
        async for attempt in attempts:
            with attempt:
                found = read(await self._post(text))
        answers = []
        for name, classes in names:
            items: dict[str, int] = {}
            for class_ in classes:
                items |= found.get((name, class_), {})
            answers.append(chosen(items))
        return answers

    async def _post(self, text: str) -> bytes:
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._client.stream("POST", self._url, data={"query": text}) as response,
            ):
                return await _body(response)
        except (httpx.TransportError, TimeoutError) as error:
            RETRIES.labels(STEP, type(error).__name__).inc()
            raise _BusyError(f"{self._url}: {error or type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise LookupFailedError(f"{self._url}: {error}") from error


async def _body(response: httpx.Response) -> bytes:
    status = response.status_code
    if status != httpx.codes.OK:
        message = f"{response.url}: the server answered {status} {response.reason_phrase}"
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise LookupFailedError(message, _seconds(response.headers.get("retry-after", "")))
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            RETRIES.labels(STEP, str(status)).inc()
            raise _BusyError(message)
        raise LookupFailedError(message)
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > LARGEST:
            raise LookupFailedError(f"{response.url}: more than {LARGEST} bytes")
    return bytes(body)


def _seconds(retry_after: str) -> float:
    return min(float(retry_after), 3600.0) if retry_after.isdecimal() else 60.0
