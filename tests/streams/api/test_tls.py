"""TLS of the API's own: with a real certificate over a real socket, and what is said of a wrong one."""

import ssl

import httpx
import pytest

from streams.api.app import create_app
from streams.api.server import tls_of
from tests.helpers.certificates import Authority
from tests.helpers.serving import served
from topology.access.errors import AccessError
from topology.graph.connection import connect
from topology.settings import Settings


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


async def test_clients_that_trust_the_authority_get_answers_and_no_others_do(authority):
    pair = authority.pair("serve", password="secret")
    declared = Settings(
        neo4j="bolt://127.0.0.1:9",
        neo4j_password="x",
        serve_certificate=str(pair.certificate),
        serve_key=str(pair.key),
        serve_key_password="secret",
    )
    context = tls_of(declared)
    async with connect(declared) as driver:
        app = create_app(declared, driver)
        async with served(app, ssl_context_factory=lambda *_: context) as port:
            address = f"https://localhost:{port}/health/live"
            async with httpx.AsyncClient(verify=ssl.create_default_context(cafile=authority.file)) as client:
                assert (await client.get(address)).json() == {"status": "ok"}
            async with httpx.AsyncClient() as client:
                with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                    await client.get(address)


def test_what_cannot_be_used_names_its_setting(authority):
    pair, other = authority.pair("one"), authority.pair("other")
    for given, named in (
        ({"serve_key": str(pair.key)}, "TRIPLEWIRE_SERVE_CERTIFICATE"),
        ({"serve_certificate": "nowhere.pem"}, "TRIPLEWIRE_SERVE_CERTIFICATE"),
        ({"serve_certificate": str(pair.certificate)}, "TRIPLEWIRE_SERVE_KEY"),
        ({"serve_certificate": str(pair.certificate), "serve_key": str(other.key)}, "mismatch"),
    ):
        with pytest.raises(AccessError, match=named):
            tls_of(Settings(**given))
    assert tls_of(Settings(serve_certificate=str(pair.both))) is not None
    assert tls_of(Settings()) is None
