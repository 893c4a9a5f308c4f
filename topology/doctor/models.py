"""Triton: whether it answers, and whether it serves what the repository holds."""

from pathlib import Path
from typing import Any

import tritonclient.grpc.aio as triton
from tritonclient.utils import InferenceServerException

from topology.access.tls import tls_context
from topology.access.triton import triton_headers, triton_options
from topology.doctor import expiry
from topology.doctor.finding import Finding, do, note, ok, short
from topology.settings import Settings

AREA = "triton"
LOOPBACK = ("127.0.0.1", "localhost", "::1", "[::1]")


async def examine(declared: Settings, within: float) -> list[Finding]:
    """Examines Triton, with `within` seconds for each request."""
    address = declared.triton
    host, _, port = address.rpartition(":")
    found = []
    asked: dict[str, Any] = {"client_timeout": within, "headers": triton_headers(declared)}
    client = triton.InferenceServerClient(address, **triton_options(declared))
    try:
        server = await client.get_server_metadata(**asked)
        found.append(ok(AREA, f"Triton {server.version} at {address}"))
        found += await _models(client, declared.models, asked)
    except InferenceServerException as error:
        found.append(do(AREA, f"{address} does not answer: {_short(error)}", _advice(error, declared)))
    finally:
        await client.close()
    if declared.triton_tls and found[0].level == "ok":
        context = tls_context(
            AREA, ca=declared.triton_ca, certificate=declared.triton_certificate, key=declared.triton_key
        )
        expires = await expiry.of_server(context, host.strip("[]"), int(port), alpn="h2")
        found.append(expiry.judged(AREA, address, expires))
    if declared.triton_certificate:
        found.append(expiry.judged(AREA, "our client", expiry.of_file(Path(declared.triton_certificate))))
    if asked["headers"] and not declared.triton_tls and host not in LOOPBACK:
        found.append(
            note(AREA, f"the token crosses the network to {host} unencrypted", "set TRIPLEWIRE_TRITON_TLS=true")
        )
    return found


def newest(repository: Path) -> dict[str, int]:
    """Returns the newest version of each model in a repository."""
    versions = {
        folder.name: [int(version.name) for version in folder.iterdir() if version.name.isdigit()]
        for folder in sorted(repository.iterdir())
        if (folder / "config.pbtxt").is_file()
    }
    return {model: max(numbers) for model, numbers in versions.items() if numbers}


async def _models(client: Any, repository: Path, asked: dict[str, Any]) -> list[Finding]:
    try:
        wanted = newest(repository)
    except OSError as error:
        return [note(AREA, f"no model repository at {repository}: {error.strerror}", "set TRIPLEWIRE_MODELS")]
    found, same = [], []
    for model, version in wanted.items():
        try:
            served = await client.get_model_metadata(model, **asked)
        except InferenceServerException as error:
            found.append(do(AREA, f"{model} is in the repository but not served: {_short(error)}", _LOAD))
            continue
        numbers = [int(number) for number in served.versions if number.isdigit()]
        if version in numbers:
            same.append(f"{model} {version}")
        else:
            seen = ", ".join(served.versions) or "none"
            found.append(do(AREA, f"{model}: version {seen} is served, the repository has {version}", _LOAD))
    return [*found, ok(AREA, f"serves what the repository holds: {', '.join(same)}")] if same else found


_LOAD = "load it: `triplewire down` and `triplewire up`, or docs/operations.md, “A new model”"


def _short(error: InferenceServerException) -> str:
    return short(str(error.message()))


def _advice(error: InferenceServerException, declared: Settings) -> str:
    code = str(error.status()).removeprefix("StatusCode.")
    if code in {"UNAUTHENTICATED", "PERMISSION_DENIED"}:
        return "check TRIPLEWIRE_TRITON_TOKEN"
    if "ertificate" in _short(error) or "CERTIFICATE" in _short(error) or "andshake" in _short(error):
        return "check TRIPLEWIRE_TRITON_TLS and TRIPLEWIRE_TRITON_CA"
    if declared.triton == declared.embedded.triton_address:
        return "start it with `triplewire up triton`, or set TRIPLEWIRE_TRITON"
    return "start it, or set TRIPLEWIRE_TRITON (host:port of gRPC) and TRIPLEWIRE_TRITON_TLS"
