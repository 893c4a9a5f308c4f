"""One call of a receiver's webhook: signed, to a public address, and without a second chance here.

Signatures are those of Standard Webhooks 1.0.0 (https://github.com/standard-webhooks/standard-webhooks), so receivers
find ready-made code for them: `webhook-id`, `webhook-timestamp` and `webhook-signature`, which is `v1,` and the base64
of the HMAC-SHA256 over the three parts `id.timestamp.body`.
"""

import asyncio
import base64
import binascii
import hmac
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path

import httpx

from streams.alerts.watch_list import Receiver
from streams.sources.feed_record import SourceError
from streams.sources.fetch import PrivateError, UnresolvedError, parse_address, resolve
from topology.access.errors import AccessError
from topology.access.secret_settings import secret
from topology.settings import Settings

SHORTEST_SECRET = 24
LONGEST_PHRASE = 100
"""Characters of what a receiver calls its status that are kept."""

LONGEST_WAIT = 3600.0
"""Seconds for which a receiver may ask not to be called again."""

_PREFIX = "whsec_"
_PASSING = frozenset({408, 409, 425, 429})
_SERVER_ERROR = 500
_RESOLVERS = ThreadPoolExecutor(4, "alert-resolver")
"""Threads of their own: a name server that does not answer must hold up nothing else."""


class SecretError(Exception):
    """A receiver's calls cannot be signed. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a call.

    Attributes:
        reason: Why it was not taken; "" if it was.
        again: Whether a later attempt may succeed.
        after: Seconds after which the receiver wants it again; None if it does not say.
    """

    reason: str = ""
    again: bool = False
    after: float | None = None


def signature(secret: bytes, id_: str, timestamp: int, body: bytes) -> str:
    """Returns the signature of a call.

    Args:
        secret: The receiver's secret.
        id_: Id of the call.
        timestamp: Seconds since 1970 at which it is made.
        body: What is sent.
    """
    mac = hmac.new(secret, f"{id_}.{timestamp}.".encode() + body, sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


class Secrets:
    """The secrets that sign calls; files are read for each call, so that a new one counts at once."""

    def __init__(self, declared: Settings) -> None:
        """Reads nothing yet."""
        self._folder = Path(declared.watch).parent
        self._settings = declared

    def of(self, receiver: Receiver) -> bytes:
        """Returns a receiver's secret.

        Raises:
            SecretError: There is none, or it is too short to be one.
        """
        own = self._folder / receiver.secret_file if receiver.secret_file else None
        try:
            text = own.read_text(encoding="utf-8").strip() if own else secret(self._settings, "alert_secret")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretError(f"receiver {receiver.name}: {own} cannot be read: {type(error).__name__}") from None
        except AccessError as error:
            raise SecretError(str(error)) from None
        if not text:
            raise SecretError(
                f"receiver {receiver.name} has no secret to sign its calls with: give it a `secret_file`, or set "
                "TRIPLEWIRE_ALERT_SECRET or TRIPLEWIRE_ALERT_SECRET_FILE"
            )
        try:
            decoded = base64.b64decode(text.removeprefix(_PREFIX), validate=True) if text.startswith(_PREFIX) else None
        except binascii.Error:
            raise SecretError(f"receiver {receiver.name}: after {_PREFIX} its secret must be base64") from None
        found = text.encode() if decoded is None else decoded
        if len(found) < SHORTEST_SECRET:
            raise SecretError(
                f"receiver {receiver.name}: its secret has {len(found)} bytes; make one of at least {SHORTEST_SECRET}, "
                "as with `openssl rand -hex 32`"
            )
        return found


class Caller:
    """Makes calls. Close it after use."""

    def __init__(self, declared: Settings) -> None:
        """Opens nothing."""
        self.secrets = Secrets(declared)
        self._within = declared.alert_call_within
        parts = (part.strip() for part in declared.alert_private_hosts.lower().split(","))
        self._private = tuple(part for part in parts if part)
        # No proxies, which would resolve names themselves, and no connection kept: they are pooled by IP address.
        self._http = httpx.AsyncClient(
            trust_env=False, timeout=self._within, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def close(self) -> None:
        """Closes connections."""
        await self._http.aclose()

    async def call(self, receiver: Receiver, id_: str, body: bytes, now: float) -> Outcome:
        """Calls a receiver once. Redirects are not followed: a call would lose its body or its meaning.

        Args:
            receiver: The receiver.
            id_: Id of the call; the same for each attempt.
            body: JSON.
            now: Seconds since 1970.
        """
        try:
            key = self.secrets.of(receiver)
            async with asyncio.timeout(self._within):
                return await self._once(receiver, id_, body, int(now), key)
        except SecretError as error:
            return Outcome(str(error), again=True)
        except PrivateError:
            host = parse_address(receiver.url).raw_host.decode()
            return Outcome(f"{host} is not a public address; TRIPLEWIRE_ALERT_PRIVATE_HOSTS does not name it")
        except UnresolvedError:
            # Its own words have the address, whose path may be a secret.
            return Outcome(
                f"the host name {parse_address(receiver.url).raw_host.decode()} does not resolve", again=True
            )
        except (TimeoutError, httpx.HTTPError) as error:
            late = f"no answer within {self._within:g} s" if isinstance(error, TimeoutError) else type(error).__name__
            return Outcome(str(error) or late, again=True)
        except (SourceError, httpx.InvalidURL, ValueError) as error:
            return Outcome(str(error).replace(receiver.url, "its address"))

    async def _once(self, receiver: Receiver, id_: str, body: bytes, timestamp: int, key: bytes) -> Outcome:
        host = parse_address(receiver.url).raw_host.decode().lower().rstrip(".")
        private = any(fnmatchcase(host, pattern) for pattern in self._private)
        loop = asyncio.get_running_loop()
        parsed, address = await loop.run_in_executor(_RESOLVERS, lambda: resolve(receiver.url, allow_private=private))
        request = self._http.build_request(
            "POST",
            parsed.copy_with(host=address),
            content=body,
            headers={
                "Host": parsed.netloc.decode(),
                "Content-Type": "application/json",
                "User-Agent": "triplewire",
                "webhook-id": id_,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signature(key, id_, timestamp, body),
            },
            extensions={"sni_hostname": parsed.raw_host.decode()},
        )
        # Of the answer only the status counts; its body is not read.
        response = await self._http.send(request, stream=True)
        await response.aclose()
        if response.is_success:
            return Outcome()
        status = response.status_code
        again = status in _PASSING or status >= _SERVER_ERROR
        return Outcome(f"it answered {status} {response.reason_phrase[:LONGEST_PHRASE]}", again, _seconds(response))


def _seconds(response: httpx.Response) -> float | None:
    said = response.headers.get("retry-after", "").strip()
    return min(float(said), LONGEST_WAIT) if said.isascii() and said.isdigit() else None
