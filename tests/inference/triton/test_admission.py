"""A Triton behind TLS and a token: a real gRPC server with a certificate of an authority of its own."""

import asyncio

import grpc
import pytest
from tritonclient.grpc import service_pb2, service_pb2_grpc

from inference.triton.connection import Connection, InferenceUnavailable, text_input
from tests.helpers.certificates import Authority
from topology.cli.models import served_by
from topology.settings import settings

TOKEN = "token-of-the-wire"


class Guarded(service_pb2_grpc.GRPCInferenceServiceServicer):
    """Answers whoever shows the token."""

    def __init__(self):
        self.seen = []

    async def _admit(self, context):
        headers = dict(context.invocation_metadata())
        self.seen.append(headers.get("authorization"))
        if self.seen[-1] != f"Bearer {TOKEN}":
            await context.abort(grpc.StatusCode.UNAUTHENTICATED, "no valid token")

    async def ModelInfer(self, request, context):  # noqa: N802
        await self._admit(context)
        response = service_pb2.ModelInferResponse(model_name=request.model_name, model_version="1")
        response.outputs.add(name="said", datatype="BYTES", shape=[1])
        response.raw_output_contents.append(request.raw_input_contents[0])
        return response

    async def RepositoryIndex(self, _request, context):  # noqa: N802
        await self._admit(context)
        index = service_pb2.RepositoryIndexResponse()
        index.models.add(name="text_extraction", version="1", state="READY")
        return index


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
async def server(authority):
    """Wants a client's certificate too."""
    pair = authority.pair("triton")
    running, guarded = grpc.aio.server(), Guarded()
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(guarded, running)
    trusted = authority.file.read_bytes()
    login = grpc.ssl_server_credentials(
        [(pair.key.read_bytes(), pair.certificate.read_bytes())], root_certificates=trusted, require_client_auth=True
    )
    guarded.url = f"localhost:{running.add_secure_port('127.0.0.1:0', login)}"
    await running.start()
    yield guarded
    await running.stop(0)


@pytest.fixture
def given(authority, monkeypatch):
    """Makes settings of this process: all that the server wants, with changes."""
    pair = authority.pair("client")

    def give(**changes):
        wanted = {
            "triton_tls": "true",
            "triton_ca": str(authority.file),
            "triton_certificate": str(pair.certificate),
            "triton_key": str(pair.key),
            "triton_token": TOKEN,
        }
        for name, value in (wanted | changes).items():
            monkeypatch.setenv(f"TRIPLEWIRE_{name.upper()}", value)
        settings.cache_clear()

    yield give
    monkeypatch.undo()
    settings.cache_clear()


async def ask(server, within=5):
    connection = Connection(server.url, requests=1, timeout=within)
    try:
        answer = await connection.infer("echo", [text_input("text", b"hello")], ["said"])
        return answer["said"][0]
    finally:
        await connection.close()


async def test_tls_a_certificate_and_a_token_open_the_door(server, given):
    given()
    assert await ask(server) == b"hello"
    assert server.seen == [f"Bearer {TOKEN}"]


async def test_the_model_list_carries_them_too(server, given):
    given()
    assert await asyncio.to_thread(served_by, server.url) == [("text_extraction", "1", "READY")]


@pytest.mark.parametrize("name", ["triton_token", "triton_token_file"])
async def test_another_token_is_refused_with_advice_and_not_shown(server, given, tmp_path, name):
    file = tmp_path / "token"
    file.write_text("hunter22")
    given(**{name: str(file) if name.endswith("file") else "hunter22"})
    with pytest.raises(InferenceUnavailable, match="TRIPLEWIRE_TRITON_TOKEN") as refused:
        await ask(server)
    assert "hunter22" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"triton_tls": "false", "triton_ca": "", "triton_certificate": "", "triton_key": ""},
        {"triton_ca": ""},
        {"triton_certificate": "", "triton_key": ""},
    ],
    ids=["no TLS", "gRPC's own authorities", "no certificate"],
)
async def test_who_is_not_let_in_may_try_again(server, given, change):
    """No record is at fault: the stage waits, and the reason stands in its log."""
    given(**change)
    with pytest.raises(InferenceUnavailable):
        await ask(server, within=3)
    assert server.seen == []


@pytest.mark.parametrize("change", [{"triton_token_file": "/nowhere"}, {"triton_ca": "/nowhere"}])
async def test_a_file_that_is_away_is_no_fault_of_the_record(server, given, change):
    given(**change)
    with pytest.raises(InferenceUnavailable, match="cannot read /nowhere"):
        await ask(server)
