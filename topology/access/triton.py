"""Options of every Triton client, from the settings."""

from typing import Any

from topology.access.errors import AccessError
from topology.access.secret_settings import secret
from topology.access.tls import tls_context
from topology.settings import Settings, settings


def triton_options(declared: Settings | None = None) -> dict[str, Any]:
    """Returns the TLS options of tritonclient's gRPC clients, both blocking and asynchronous.

    Raises:
        AccessError: The settings contradict each other, or name a file that cannot be used.
    """
    declared = declared or settings()
    ca, certificate, key = declared.triton_ca, declared.triton_certificate, declared.triton_key
    if not declared.triton_tls:
        if ca or certificate:
            raise AccessError("TRIPLEWIRE_TRITON_CA and TRIPLEWIRE_TRITON_CERTIFICATE need TRIPLEWIRE_TRITON_TLS=true")
        return {}
    if bool(certificate) != bool(key):
        raise AccessError(
            "TRIPLEWIRE_TRITON_CERTIFICATE and TRIPLEWIRE_TRITON_KEY belong together; set both or neither"
        )
    # gRPC itself reports a wrong file only in its log, so OpenSSL looks at the files first.
    tls_context("triton", ca=ca, certificate=certificate, key=key)
    return {
        "ssl": True,
        "root_certificates": ca or None,
        "certificate_chain": certificate or None,
        "private_key": key or None,
    }


def triton_headers(declared: Settings | None = None) -> dict[str, str] | None:
    """Returns the headers of a request: the token, read again each time, because platforms renew it in its file.

    Raises:
        AccessError: The token's file cannot be read.
    """
    token = secret(declared or settings(), "triton_token")
    return {"authorization": f"Bearer {token}"} if token else None
