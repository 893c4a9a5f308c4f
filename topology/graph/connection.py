"""The connection to the graph."""

import functools
from typing import Any

from neo4j import AsyncDriver, AsyncGraphDatabase
from neo4j._async.io import _pool
from neo4j._deadline import Deadline, merge_deadlines

from topology.access.errors import AccessError
from topology.access.secret_settings import secret
from topology.access.tls import tls_context
from topology.settings import Settings

LIFETIME_SECONDS = 600
TIMEOUT_SECONDS = 10

LIVENESS_SECONDS = 3.0
"""Seconds that a connection has to show that it is alive, before another one is opened."""

_BY_SYSTEM = {"neo4j+s": "neo4j", "bolt+s": "bolt"}
"""Schemes with TLS and the system's authorities, and their schemes without. For an authority of our own the driver
wants the latter, and our TLS settings."""


def connect(settings: Settings, *, reading: bool = False) -> AsyncDriver:
    """Returns a driver for the settings' Neo4j. Connects lazily; close it after use.

    Args:
        settings: The settings.
        reading: Whether it will only read, as the settings' reader if they name one.

    Raises:
        AccessError: The settings name a file that cannot be used, or an authority for an address without TLS.
    """
    _limit_liveness_checks()
    return AsyncGraphDatabase.driver(
        auth=_login(settings, reading=reading),
        connection_timeout=TIMEOUT_SECONDS,
        max_connection_lifetime=LIFETIME_SECONDS,
        liveness_check_timeout=settings.neo4j_liveness,
        # Neo4j notifies of every constraint that already exists and of every label that does not exist yet.
        notifications_min_severity="OFF",
        user_agent="triplewire",
        **_where(settings),
    )


def _login(settings: Settings, *, reading: bool) -> tuple[str, str] | None:
    who = "neo4j_reader" if reading and settings.neo4j_reader_user else "neo4j"
    password = secret(settings, f"{who}_password")
    return (getattr(settings, f"{who}_user"), password) if password else None


def _where(settings: Settings) -> dict[str, Any]:
    """Returns the address and its TLS settings."""
    if not settings.neo4j_ca:
        return {"uri": settings.neo4j}
    scheme, _, rest = settings.neo4j.partition("://")
    if scheme not in _BY_SYSTEM:
        raise AccessError(
            "TRIPLEWIRE_NEO4J_CA is for addresses with TLS; let TRIPLEWIRE_NEO4J begin with neo4j+s:// or bolt+s://"
        )
    context = tls_context("neo4j", ca=settings.neo4j_ca)
    return {"uri": f"{_BY_SYSTEM[scheme]}://{rest}", "encrypted": True, "ssl_context": context}


def distrusted(error: Exception) -> bool:
    """Returns whether an error of the driver means that the server's certificate is not trusted."""
    return "CertVerificationError" in str(error)


def _limit_liveness_checks() -> None:
    """Gives the driver's liveness check a deadline of its own.

    The driver (6.x) lets it take as long as getting a connection may take altogether, a minute. A load balancer that
    drops a silent connection without a word would therefore make the next query fail after a minute.
    """
    pool: Any = _pool  # untyped: the driver has no public way to set this
    original = pool.connection_deadline
    if getattr(original, "triplewire", False):
        return

    @functools.wraps(original)
    def limited(connection: Any, deadline: Deadline) -> Any:
        return original(connection, merge_deadlines(deadline, Deadline(LIVENESS_SECONDS)))

    limited.triplewire = True  # type: ignore[attr-defined]
    pool.connection_deadline = limited
