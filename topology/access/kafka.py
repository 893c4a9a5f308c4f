"""Options of every Kafka client, from the settings. No client is made without them; a test reads all sources for it."""

import asyncio
import functools
import socket
import ssl
from typing import Any

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import (
    AuthenticationFailedError,
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    UnsupportedSaslMechanismError,
    for_code,
)
from aiokafka.protocol.metadata import MetadataRequest

from topology.access.errors import AccessError
from topology.access.oauth import ClientCredentials, TokenRefusedError
from topology.access.secret_settings import secret
from topology.access.tls import tls_context
from topology.settings import Settings, settings

SASL_FAILED = for_code(58)
"""SaslAuthenticationFailed: the broker refuses the login."""

CONNECT_SECONDS = 5.0
CLOSE_SECONDS = 2.0

Options = dict[str, Any]


def client_options(bootstrap: str | None = None, declared: Settings | None = None) -> Options:
    """Returns the options of a client: where to connect and how to be admitted.

    Args:
        bootstrap: Kafka's bootstrap servers; by default those of the settings.
        declared: The settings; by default those of the process.

    Raises:
        AccessError: The settings contradict each other, or name a file that cannot be used.
    """
    declared = declared or settings()
    servers = [server.strip() for server in (bootstrap or declared.kafka).split(",") if server.strip()]
    return {"bootstrap_servers": servers} | _admission(declared)


@functools.lru_cache
def _admission(declared: Settings) -> Options:
    """Returns the options of admission. Files are read once: one that vanishes later must not fail a record's work."""
    protocol = declared.kafka_security_protocol
    options: Options = {"security_protocol": protocol}
    if protocol.endswith("SSL"):
        options["ssl_context"] = tls_context(
            "kafka",
            ca=declared.kafka_ca,
            certificate=declared.kafka_certificate,
            key=declared.kafka_key,
            password=secret(declared, "kafka_key_password"),
        )
    elif declared.kafka_ca or declared.kafka_certificate:
        raise AccessError(
            f"TRIPLEWIRE_KAFKA_CA and TRIPLEWIRE_KAFKA_CERTIFICATE need TLS, but TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL is "
            f"{protocol}; set it to SSL or SASL_SSL"
        )
    if protocol.startswith("SASL"):
        options |= _login(declared)
    elif declared.kafka_user or declared.kafka_oauth_client:
        raise AccessError(
            "a login for Kafka is set, but TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL is "
            f"{protocol}; set it to SASL_SSL, or unset TRIPLEWIRE_KAFKA_USER and TRIPLEWIRE_KAFKA_OAUTH_CLIENT"
        )
    return options


def embedded_options(address: str) -> Options:
    """Returns the options of a client of the embedded broker: loopback, and no secret of the settings."""
    return {"bootstrap_servers": [address], "security_protocol": "PLAINTEXT"}


def login_name(declared: Settings) -> str:
    """Returns who we are to Kafka, for messages."""
    if declared.kafka_security_protocol == "SSL":
        return (
            f"the certificate {declared.kafka_certificate}" if declared.kafka_certificate else "a client without login"
        )
    if not declared.kafka_security_protocol.startswith("SASL"):
        return "a client without login"
    if declared.kafka_sasl_mechanism == "OAUTHBEARER":
        return f"the OAuth client {declared.kafka_oauth_client}"
    return f"user {declared.kafka_user}"


def _tokens(url: str, client: str, secret_: str, *, scope: str, extensions: str, ca: str) -> ClientCredentials:
    pairs = [pair.partition("=") for pair in extensions.split(",") if pair.strip()]
    if any(not (name.strip() and sign) for name, sign, _ in pairs):
        raise AccessError("TRIPLEWIRE_KAFKA_OAUTH_EXTENSIONS must read name=value[,name=value…]")
    named = {name.strip(): value.strip() for name, _, value in pairs}
    return ClientCredentials(url, client, secret_, scope=scope, extensions=named, ca=ca)


def _login(declared: Settings) -> Options:
    mechanism = declared.kafka_sasl_mechanism
    if mechanism == "OAUTHBEARER":
        client, password = declared.kafka_oauth_client, secret(declared, "kafka_oauth_secret")
        if not (declared.kafka_oauth_url and client and password):
            raise AccessError(
                "OAUTHBEARER needs TRIPLEWIRE_KAFKA_OAUTH_URL, TRIPLEWIRE_KAFKA_OAUTH_CLIENT and "
                "TRIPLEWIRE_KAFKA_OAUTH_SECRET (or …_SECRET_FILE)"
            )
        provider = _tokens(
            declared.kafka_oauth_url,
            client,
            password,
            scope=declared.kafka_oauth_scope,
            extensions=declared.kafka_oauth_extensions,
            ca=declared.kafka_oauth_ca,
        )
        return {"sasl_mechanism": mechanism, "sasl_oauth_token_provider": provider}
    user, password = declared.kafka_user, secret(declared, "kafka_password")
    if not (user and password):
        raise AccessError(f"{mechanism} needs TRIPLEWIRE_KAFKA_USER and TRIPLEWIRE_KAFKA_PASSWORD (or …_PASSWORD_FILE)")
    return {"sasl_mechanism": mechanism, "sasl_plain_username": user, "sasl_plain_password": password}


async def check_admission(bootstrap: str | None = None, declared: Settings | None = None) -> None:
    """Connects and logs in once: aiokafka's clients say only that they are unable to bootstrap.

    Raises:
        AccessError: A broker refuses us, in a way that only a person can change.
        KafkaError: No broker answers at the moment.
        OSError: As before.
    """
    declared = declared or settings()
    options = client_options(bootstrap, declared)
    problem: Exception | None = None
    for server in options.pop("bootstrap_servers"):
        try:
            await asyncio.wait_for(_log_in(*host_and_port(server), options), 2 * CONNECT_SECONDS)
        except (KafkaError, OSError, TimeoutError) as error:
            problem = problem or error
            if reason := _refusal(_origin(error), declared):
                raise AccessError(f"Kafka at {server} {reason}") from None
        else:
            return
    if problem:
        raise problem


def host_and_port(server: str) -> tuple[str, int]:
    """Splits `host:port`; an IPv6 address stands in brackets.

    Raises:
        AccessError: It does not read so.
    """
    host, _, port = server.rpartition(":")
    if not (host and port.isdigit()):
        raise AccessError(f"TRIPLEWIRE_KAFKA must read host:port[,host:port…], but has {server!r}")
    return host.strip("[]"), int(port)


async def _log_in(host: str, port: int, options: Options) -> None:
    connection = AIOKafkaConnection(host, port, request_timeout_ms=int(1000 * CONNECT_SECONDS), **options)
    reached = True
    try:
        await connection.connect()
        # A broker that wants a login answers nothing else without one.
        await connection.send(MetadataRequest([]))
    except OSError:
        reached = False
        raise
    finally:
        closed = connection.close()
        if reached:
            # TLS says goodbye first: a loop that ends before that leaves the socket open.
            await asyncio.wait([closed], timeout=CLOSE_SECONDS)


def _origin(error: BaseException) -> BaseException:
    """Returns the TLS error behind an error, if there is one: brokers refuse a certificate after the handshake."""
    behind: BaseException | None = error
    while behind is not None and not isinstance(behind, ssl.SSLError):
        behind = behind.__cause__ or behind.__context__
    return behind or error


def _refusal(error: BaseException, declared: Settings) -> str:
    """Returns what a person must change; "" if the broker may admit us later."""
    reason = ""
    if isinstance(error, TokenRefusedError):
        reason = f"cannot be asked for admission: {error}"
    elif isinstance(error, SASL_FAILED | AuthenticationFailedError):
        names = (
            "TRIPLEWIRE_KAFKA_OAUTH_CLIENT and TRIPLEWIRE_KAFKA_OAUTH_SCOPE"
            if declared.kafka_sasl_mechanism == "OAUTHBEARER"
            else "TRIPLEWIRE_KAFKA_USER and TRIPLEWIRE_KAFKA_PASSWORD"
        )
        reason = f"refuses the login of {login_name(declared)} by {declared.kafka_sasl_mechanism}; check {names}"
    elif isinstance(error, UnsupportedSaslMechanismError):
        reason = f"does not offer {declared.kafka_sasl_mechanism}; set TRIPLEWIRE_KAFKA_SASL_MECHANISM"
    elif isinstance(error, IllegalSaslStateError):
        reason = "wants no login; set TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL to SSL or PLAINTEXT"
    elif isinstance(error, ssl.SSLCertVerificationError):
        reason = (
            f"has a certificate that is not trusted ({error.verify_message}); set TRIPLEWIRE_KAFKA_CA to its "
            "authority, and TRIPLEWIRE_KAFKA to the name that the certificate is for"
        )
    elif isinstance(error, ssl.SSLError) and "CERTIFICATE" in (error.reason or ""):
        reason = "wants our certificate, or another one; set TRIPLEWIRE_KAFKA_CERTIFICATE and TRIPLEWIRE_KAFKA_KEY"
    elif isinstance(error, ssl.SSLError):
        reason = (
            f"does not talk TLS as we do ({error.reason or 'no reason given'}); set "
            "TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL to PLAINTEXT or SASL_PLAINTEXT if it has none"
        )
    return reason


async def explained(error: Exception, bootstrap: str | None = None) -> str:
    """Returns why a client could not connect: what a refused login is about, or else the error itself."""
    try:
        async with asyncio.timeout(2 * CONNECT_SECONDS):
            await check_admission(bootstrap)
    except AccessError as refused:
        return str(refused)
    except (KafkaError, OSError, TimeoutError) as found:
        if isinstance(found, socket.gaierror):
            return f"the name is unknown: {found.strerror}"
        if isinstance(found, ConnectionRefusedError):
            return "nobody listens there"
        if isinstance(found, KafkaConnectionError):
            return _closed(settings())
        return f"no broker answers ({found or type(found).__name__})"
    return str(error) or type(error).__name__


def _closed(declared: Settings) -> str:
    """Returns what a broker may want that closes the connection without a word."""
    protocol = declared.kafka_security_protocol
    wants = [f"another TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL than {protocol}"]
    if protocol.endswith("SSL"):
        other = "another" if declared.kafka_certificate else "a"
        wants.append(f"{other} certificate of ours (TRIPLEWIRE_KAFKA_CERTIFICATE)")
    return f"it closes the connection; it may want {' or '.join(wants)}"
