"""Tokens for Kafka's OAUTHBEARER, by OAuth's client credentials grant (RFC 6749, section 4.4).

One provider serves every client of the process, whatever event loop it runs in: Faust's consumer has a thread of its
own. A token is used until four fifths of its life are over. If the address does not answer then, the token is used
until it expires.
"""

import asyncio
import threading
import time
from urllib.parse import quote, urlsplit

import httpx
from aiokafka.abc import AbstractTokenProvider

from topology.access.errors import AccessError
from topology.access.tls import tls_context

RENEW_AFTER = 0.8
"""Part of a token's life after which a new one is fetched."""

LIFE_SECONDS = 300.0
"""Life of a token whose answer does not state it."""

TIMEOUT_SECONDS = 10.0

_REFUSED = range(400, 500)
_PASSING = (408, 429)


class TokenUnavailableError(OSError):
    """The address gives no token at the moment; it may later. aiokafka takes an OSError for a failed connection."""


class TokenRefusedError(TokenUnavailableError):
    """The address refuses the client; only a person can change that."""


class ClientCredentials(AbstractTokenProvider):  # type: ignore[misc]
    """Fetches tokens, and keeps each until it is due."""

    def __init__(
        self,
        url: str,
        client: str,
        secret: str,
        *,
        scope: str = "",
        extensions: dict[str, str] | None = None,
        ca: str = "",
    ) -> None:
        """Fetches nothing yet.

        Args:
            url: The token endpoint.
            client: The client id.
            secret: The client secret.
            scope: The scope to ask for; "" for none.
            extensions: SASL extensions (RFC 7628) that Kafka gets with each token.
            ca: PEM file of the endpoint's authority; "" for the system's.

        Raises:
            AccessError: The address is neither https nor on loopback, or the file cannot be used.
        """
        parts = urlsplit(url)
        if not parts.hostname or (parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}):
            raise AccessError(
                f"TRIPLEWIRE_KAFKA_OAUTH_URL must be an https address, not {parts.scheme}://{parts.hostname}"
            )
        self._where = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        self._url = url
        # RFC 6749, section 2.3.1: both are form-encoded first.
        self._login = httpx.BasicAuth(quote(client, safe=""), quote(secret, safe=""))
        self._form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        self._extensions = extensions or {}
        self._verify = tls_context("kafka_oauth", ca=ca) if parts.scheme == "https" else True
        self._lock = threading.Lock()
        self._token = ""
        self._renew = self._expires = 0.0

    async def token(self) -> str:
        """Returns a token that has not expired.

        Raises:
            TokenRefusedError: The address refuses the client.
            TokenUnavailableError: The address does not answer.
        """
        return await asyncio.to_thread(self._current)

    def extensions(self) -> dict[str, str]:
        """Returns the SASL extensions."""
        return self._extensions

    def _current(self) -> str:
        with self._lock:
            if time.monotonic() < self._renew:
                return self._token
            try:
                self._fetch()
            except TokenUnavailableError:
                if time.monotonic() >= self._expires:
                    raise
            return self._token

    def _fetch(self) -> None:
        asked = time.monotonic()
        try:
            answer = httpx.post(
                self._url,
                data=self._form,
                auth=self._login,
                verify=self._verify,
                timeout=TIMEOUT_SECONDS,
                headers={"Accept": "application/json"},
            )
        except httpx.HTTPError as error:
            # Not its text, which may repeat the address.
            raise TokenUnavailableError(
                f"{self._where} gives no token ({type(error).__name__}); see TRIPLEWIRE_KAFKA_OAUTH_URL"
            ) from None
        if answer.status_code in _REFUSED and answer.status_code not in _PASSING:
            raise TokenRefusedError(
                f"{self._where} refuses to give a token (status {answer.status_code}{_complaint(answer)}); check "
                "TRIPLEWIRE_KAFKA_OAUTH_CLIENT, TRIPLEWIRE_KAFKA_OAUTH_SECRET and TRIPLEWIRE_KAFKA_OAUTH_SCOPE"
            )
        try:
            answer.raise_for_status()
            content = answer.json()
            token, life = content["access_token"], float(content.get("expires_in") or LIFE_SECONDS)
        except (httpx.HTTPStatusError, ValueError, KeyError, TypeError):
            raise TokenUnavailableError(
                f"{self._where} answers without a token (status {answer.status_code}); see TRIPLEWIRE_KAFKA_OAUTH_URL"
            ) from None
        self._token = str(token)
        self._renew, self._expires = asked + RENEW_AFTER * life, asked + life


def _complaint(answer: httpx.Response) -> str:
    """Returns the answer's error code (RFC 6749, section 5.2), which names no secret; "" if it has none."""
    try:
        code = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        return ""
    return f", {code}" if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 64 else ""  # noqa: PLR2004
