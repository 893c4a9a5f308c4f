"""What a broker's refusal of TLS says: each error names the setting. Servers of the tests' own, no Kafka."""

import asyncio
import ssl

import pytest
from aiokafka.errors import KafkaError

from tests.helpers.certificates import Authority
from topology.access import kafka
from topology.access.errors import AccessError
from topology.access.kafka import check_admission, explained
from topology.settings import Settings, settings


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
async def serve():
    """Serves whoever connects, and closes the connection."""
    servers = []

    async def start(context=None):
        async def answer(reader, writer):
            await reader.read(1)
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
        servers.append(server)
        return f"localhost:{server.sockets[0].getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


def tls(pair, authority=None):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair.certificate, pair.key)
    if authority:
        context.load_verify_locations(authority.file)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def over_tls(server, authority, **more):
    return Settings(kafka=server, kafka_security_protocol="SSL", kafka_ca=str(authority.file), **more)


@pytest.mark.parametrize("days", [None, -1], ids=["no certificate", "an expired one"])
async def test_our_certificate_is_missing_or_expired(authority, serve, days, monkeypatch):
    """Whether the server's reason arrives before it closes is not certain, so both errors name the setting."""
    server = await serve(tls(authority.pair("broker"), authority))
    ours = authority.pair("ours", days=days or 1)
    given = {"kafka_certificate": str(ours.certificate), "kafka_key": str(ours.key)} if days else {}
    declared = over_tls(server, authority, **given)
    monkeypatch.setattr(kafka, "settings", lambda: declared)
    assert "TRIPLEWIRE_KAFKA_CERTIFICATE" in await explained(OSError("closed"))


async def test_the_broker_s_certificate_is_another_s_expired_or_for_another_name(authority, serve, tmp_path):
    for pair, word in (
        (Authority(tmp_path / "o", "other").pair("broker"), "unable to get local issuer"),
        (authority.pair("old", days=-1), "expired"),
        (authority.pair("elsewhere", host="elsewhere.example"), "elsewhere|localhost"),
    ):
        server = await serve(tls(pair))
        with pytest.raises(AccessError, match=rf"not trusted \(.*({word}).*TRIPLEWIRE_KAFKA_CA"):
            await check_admission(None, over_tls(server, authority))


async def test_no_tls_where_we_talk_it_and_tls_where_we_do_not(authority, serve, monkeypatch):
    plain = await serve()
    with pytest.raises((AccessError, KafkaError, OSError)):
        await check_admission(None, over_tls(plain, authority))
    guarded = await serve(tls(authority.pair("broker")))
    monkeypatch.setenv("TRIPLEWIRE_KAFKA", guarded)
    settings.cache_clear()
    try:
        assert "another TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL than PLAINTEXT" in await explained(OSError("closed"))
    finally:
        settings.cache_clear()


@pytest.mark.parametrize("server", ["localhost", "localhost:kafka", ":9092"])
async def test_an_address_without_host_or_port(server):
    with pytest.raises(AccessError, match="must read host:port"):
        await check_admission(None, Settings(kafka=server))


async def test_nobody_there_and_no_such_name():
    with pytest.raises(OSError, match=r"."):
        await check_admission(None, Settings(kafka="127.0.0.1:1"))
    assert await explained(OSError("x"), "127.0.0.1:1") == "nobody listens there"
    assert "the name is unknown" in await explained(OSError("x"), "nowhere.invalid:9092")
