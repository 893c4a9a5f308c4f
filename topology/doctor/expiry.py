"""Until when certificates are valid: the servers' and our own."""

import asyncio
import ssl
import time
from contextlib import suppress
from pathlib import Path

from topology.doctor.finding import Finding, do, note, ok

DAY = 86_400
RENEW_DAYS, SOON_DAYS = 14, 30


async def of_server(context: ssl.SSLContext, host: str, port: int, *, alpn: str = "") -> float:
    """Returns when a server's certificate expires, in seconds since 1970.

    Raises:
        OSError: There is no TLS, or the certificate is not trusted (`ssl.SSLCertVerificationError`).
    """
    if alpn:
        context.set_alpn_protocols([alpn])
    _, writer = await asyncio.open_connection(host, port, ssl=context, server_hostname=host)
    try:
        certificate = writer.get_extra_info("peercert") or {}
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
    return float(ssl.cert_time_to_seconds(certificate["notAfter"]))


def of_file(path: Path) -> float:
    """Returns when the first certificate of a PEM file expires, in seconds since 1970.

    Raises:
        OSError: The file cannot be read, or has no certificate.
    """
    decoded = ssl._ssl._test_decode_cert(str(path))  # type: ignore[attr-defined]  # noqa: SLF001 - Python's only decoder
    return float(ssl.cert_time_to_seconds(decoded["notAfter"]))


def judged(area: str, whose: str, expires: float) -> Finding:
    """Returns the finding on a certificate."""
    days = (expires - time.time()) / DAY
    until = time.strftime("%Y-%m-%d", time.gmtime(expires))
    if days <= 0:
        return do(area, f"the certificate of {whose} expired on {until}", "renew it; nobody is let in with it")
    if days < RENEW_DAYS:
        return do(area, f"the certificate of {whose} expires in {days:.0f} days, on {until}", "renew it now")
    if days < SOON_DAYS:
        return note(area, f"the certificate of {whose} expires in {days:.0f} days, on {until}", "renew it soon")
    return ok(area, f"the certificate of {whose} is valid until {until}")
