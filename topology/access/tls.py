"""TLS: for clients an authority and a certificate of one's own, for our own server its certificate."""

import ssl
from pathlib import Path

from topology.access.errors import AccessError


def tls_context(
    server: str, *, ca: str = "", certificate: str = "", key: str = "", password: str = ""
) -> ssl.SSLContext:
    """Returns the TLS settings of a client: TLS 1.2 or newer, with the server's certificate and name checked.

    Args:
        server: Name of the server in the settings, such as `kafka`; for messages.
        ca: PEM file of the authority that signed the server's certificate; "" for the system's authorities.
        certificate: PEM file of the client's own certificate; "" for none.
        key: PEM file of its key; "" if the certificate's file holds it.
        password: The key's password; "" if it has none.

    Raises:
        AccessError: A file cannot be read, is not PEM, or key and certificate do not belong together.
    """
    variable = f"TRIPLEWIRE_{server.upper()}"
    pem_file(ca, f"{variable}_CA")
    pem_file(certificate, f"{variable}_CERTIFICATE")
    pem_file(key, f"{variable}_KEY")
    try:
        context = ssl.create_default_context(cafile=ca or None)
    except ssl.SSLError:
        raise AccessError(f"{ca} holds no certificate in PEM format; set {variable}_CA to one that does") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate:
        _load(context, variable, certificate, key, password)
    return context


def server_context(server: str, *, certificate: str, key: str = "", password: str = "") -> ssl.SSLContext:
    """Returns the TLS settings of a server of ours: TLS 1.2 or newer, without certificates of clients.

    Args:
        server: Name of the server in the settings, such as `serve`; for messages.
        certificate: PEM file of its certificate, with those of the authorities between.
        key: PEM file of its key; "" if the certificate's file holds it.
        password: The key's password; "" if it has none.

    Raises:
        AccessError: A file cannot be read, is not PEM, or key and certificate do not belong together.
    """
    variable = f"TRIPLEWIRE_{server.upper()}"
    pem_file(certificate, f"{variable}_CERTIFICATE")
    pem_file(key, f"{variable}_KEY")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load(context, variable, certificate, key, password)
    return context


def _load(context: ssl.SSLContext, variable: str, certificate: str, key: str, password: str) -> None:
    """Loads a certificate with its key.

    Raises:
        AccessError: They are not PEM, or do not belong together.
    """
    try:
        # A function, so that OpenSSL never asks at the terminal.
        context.load_cert_chain(certificate, key or None, lambda: password)
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or "no reason given"
        raise AccessError(
            f"cannot use the certificate {certificate} with the key {key or certificate}: "
            f"{str(reason).lower().replace('_', ' ')}; check {variable}_CERTIFICATE, {variable}_KEY and its password"
        ) from None


def pem_file(path: str, variable: str) -> bytes:
    """Returns the content of a file named by a setting; b"" if the setting is empty.

    Raises:
        AccessError: The file cannot be read.
    """
    if not path:
        return b""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise AccessError(f"cannot read {path}: {error.strerror}; set {variable} to a readable PEM file") from None
