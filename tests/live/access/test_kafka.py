"""A broker with TLS, logins and ACLs: clients get in by their settings, and may do what their rights list, no more."""

import asyncio
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from neo4j import AsyncDriver
from typer.testing import CliRunner

from streams.road.admission import lacking
from streams.road.exit_codes import CONFIGURATION_EXIT
from streams.road.lags import Lags
from streams.road.topic_ids import described
from streams.sources.feed_record import FeedRecord
from streams.sources.producer import FeedProducer
from tests.helpers.certificates import Authority
from tests.helpers.secure_kafka import ADMIN, PASSWORD, TOKENS, SecureKafka, using
from tests.helpers.token_server import CLIENT, SECRET, TokenServer
from tests.helpers.triton_double import TritonDouble
from tests.streams.bad_input import article
from topology.access.errors import AccessError
from topology.access.kafka import check_admission, client_options
from topology.cli import app
from topology.local.stack import environment
from topology.rights import CREATE, DESCRIBE, OPERATIONS, READ, RIGHTS, TOPIC, WRITE, Rights
from topology.settings import Settings
from topology.topics import ENTITIES_GROUP, MENTIONS, NEWS_GROUP, RAW_NEWS, SINK_GROUP, TOPICS, TRIPLES

pytestmark = pytest.mark.live

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


@asynccontextmanager
async def started(client):
    try:
        await client.start()
        yield client
    finally:
        await (client.stop if hasattr(client, "stop") else client.close)()


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_a_user_with_a_password_gets_in(broker, mechanism):
    with using(broker.variables("publisher", mechanism)):
        async with FeedProducer(broker.address, RAW_NEWS.name) as publisher:
            report = await publisher.publish([FeedRecord.parse(article("by-" + mechanism), "here")])
    assert report.sent == 1


async def test_a_password_comes_from_a_file(broker, tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD.format("publisher") + "\n")
    given = broker.variables("publisher") | {"kafka_password": "", "kafka_password_file": str(file)}
    with using(given):
        await check_admission()


async def test_a_certificate_gets_in(broker):
    """Mutual TLS: the certificate's common name is the user."""
    pair = broker.authority.pair("publisher", password="of the key")
    given = {
        "kafka": broker.mutual_address,
        "kafka_security_protocol": "SSL",
        "kafka_ca": broker.authority.file,
        "kafka_certificate": pair.certificate,
        "kafka_key": pair.key,
        "kafka_key_password": "of the key",
    }
    with using(given):
        async with started(AIOKafkaProducer(**client_options())) as producer:
            await producer.send_and_wait(RAW_NEWS.name, b"{}", key=b"k")
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(TRIPLES.name, b"{}", key=b"k")


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    server = TokenServer(TOKENS, life=5)
    yield server
    server.close()


def by_token(broker: SecureKafka, tokens: TokenServer) -> dict[str, object]:
    return broker.variables("", "OAUTHBEARER") | {
        "kafka_user": "",
        "kafka_password": "",
        "kafka_oauth_url": tokens.url,
        "kafka_oauth_client": CLIENT,
        "kafka_oauth_secret": SECRET,
        "kafka_oauth_scope": "wire",
    }


async def test_a_producer_outlives_its_tokens(broker, tokens):
    """The broker ends a session with its token; the next one is there before that, and every record is acknowledged."""
    with using(by_token(broker, tokens)):
        async with started(AIOKafkaProducer(**client_options(), acks="all", enable_idempotence=True)) as producer:
            sent = 0
            async with asyncio.timeout(120):
                while tokens.given < 4:
                    await producer.send_and_wait(RAW_NEWS.name, b"{}", key=b"k")
                    sent += 1
    assert sent > 3
    assert set(tokens.scopes) == {"wire"}


async def test_a_token_of_a_stranger_opens_no_topic(broker, tokens):
    with using(by_token(broker, tokens)):
        async with started(AIOKafkaProducer(**client_options())) as producer:
            with pytest.raises(TopicAuthorizationFailedError):
                await producer.send_and_wait(TRIPLES.name, b"{}", key=b"k")


REFUSED = {
    "another password": ({"kafka_password": "hunter22"}, "refuses the login of user publisher by SCRAM-SHA-512"),
    "another user": ({"kafka_user": "nobody"}, "refuses the login of user nobody"),
    "no TLS": ({"kafka_security_protocol": "SASL_PLAINTEXT", "kafka_ca": ""}, "SECURITY_PROTOCOL"),
    "no login": ({"kafka_security_protocol": "SSL", "kafka_user": ""}, "SECURITY_PROTOCOL"),
    "the system's authorities": ({"kafka_ca": ""}, "set TRIPLEWIRE_KAFKA_CA"),
    "no password": ({"kafka_password": ""}, "TRIPLEWIRE_KAFKA_PASSWORD"),
    "a file that is not there": ({"kafka_ca": "/nowhere/ca.pem"}, "cannot read /nowhere/ca.pem"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_who_is_not_let_in_reads_why(broker, case):
    change, reason = REFUSED[case]
    with using(broker.variables("publisher") | change):
        result = await asyncio.to_thread(CliRunner().invoke, app, ["topics", "list"])
    assert result.exit_code == 1, result.output
    assert reason in result.output.replace("\n", " ")
    assert "Traceback" not in result.output
    assert PASSWORD.format("publisher") not in result.output
    assert "hunter22" not in result.output


async def test_a_wrong_authority_and_a_missing_certificate_are_named(broker, tmp_path):
    other = Authority(tmp_path, "other")
    with (
        using(broker.variables("publisher") | {"kafka_ca": other.file}),
        pytest.raises(AccessError, match="not trusted"),
    ):
        await check_admission()
    given = {"kafka": broker.mutual_address, "kafka_security_protocol": "SSL", "kafka_ca": broker.authority.file}
    with using(given), pytest.raises(AccessError, match="TRIPLEWIRE_KAFKA_CERTIFICATE"):
        await check_admission()


@pytest.mark.parametrize("user", RIGHTS)
async def test_a_user_may_do_what_its_rights_list_and_no_more(broker, user):
    """What the broker says of every topic is what the table says."""
    rights = RIGHTS[user]
    implied = {READ: DESCRIBE, WRITE: DESCRIBE}
    expected: dict[str, set[str]] = {topic.name: set() for topic in TOPICS}
    for acl in rights.acls():
        if acl.kind == TOPIC:
            expected[acl.name] |= {acl.operation, implied.get(acl.operation, acl.operation)}
    with using(broker.variables(user)):
        async with started(AIOKafkaAdminClient(**client_options())) as admin:
            found = await described(admin, [topic.name for topic in TOPICS])
        assert (await lacking(broker.address, rights)).rights == ()
    assert found is not None
    allowed = {
        name: {operation for operation, bit in OPERATIONS.items() if (topic.operations or 0) >> bit & 1}
        for name, topic in found.items()
    }
    assert {name: operations - {CREATE} for name, operations in allowed.items()} == {
        name: operations - {CREATE} for name, operations in expected.items()
    }


@pytest.mark.parametrize("user", [name for name, rights in RIGHTS.items() if rights.group])
async def test_a_user_reads_with_its_own_group_alone(broker, user):
    group = RIGHTS[user].group.replace("*", "mine")
    with using(broker.variables(user)):
        topic = RIGHTS[user].reads[0].name
        async with started(AIOKafkaConsumer(topic, **client_options(), group_id=group)) as consumer:
            await consumer.getmany(timeout_ms=1)
        with pytest.raises(GroupAuthorizationFailedError):
            async with started(AIOKafkaConsumer(topic, **client_options(), group_id="another")) as consumer:
                await consumer.getmany(timeout_ms=1)


def worker_environment(broker: SecureKafka, user: str, more: Mapping[str, str]) -> dict[str, str]:
    own = {f"TRIPLEWIRE_{name.upper()}": value for name, value in broker.variables(user).items()}
    return {**os.environ, **more, **own}


async def test_a_worker_with_the_wrong_user_says_what_it_lacks(broker, tmp_path):
    given = worker_environment(broker, "publisher", {"TRIPLEWIRE_STATE": str(tmp_path)})
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "streams.worker", "news", env=given, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(120):
        _, said = await worker.communicate()
    assert worker.returncode == CONFIGURATION_EXIT, said
    assert b"does not grant user publisher what the news worker needs" in said
    assert b"Read on topic raw-news" in said
    assert b"Read on group triplewire-news" in said
    assert b"Write on topic raw-news" not in said
    assert PASSWORD.format("publisher").encode() not in said


GROUPS = {"news": (NEWS_GROUP, RAW_NEWS), "sink": (SINK_GROUP, TRIPLES), "entities": (ENTITIES_GROUP, MENTIONS)}


async def test_news_sink_and_entities_work_each_as_its_own_user(
    broker: SecureKafka, neo4j: Settings, neo4j_driver: AsyncDriver, double: TritonDouble, tmp_path: Path
) -> None:
    await neo4j_driver.execute_query("MATCH (n) DETACH DELETE n")
    more = {**environment(neo4j), "TRIPLEWIRE_TRITON": double.url, "TRIPLEWIRE_STATE": str(tmp_path)}
    more["TRIPLEWIRE_NEO4J_PASSWORD"] = neo4j.neo4j_password.get_secret_value()
    workers = {}
    for name in GROUPS:
        with (tmp_path / f"{name}.log").open("wb") as log:
            workers[name] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "streams.worker", name,
                env=worker_environment(broker, name, more), stdout=log, stderr=log,
            )  # fmt: skip
    text = "Anna Lind lives in Oslo. Peter Holm met Anna Lind in Bergen."
    records = [FeedRecord.parse(article(f"secure-{n}", body=text), "here") for n in range(20)]
    try:
        with using(broker.variables("publisher")):
            async with FeedProducer(broker.address, RAW_NEWS.name) as publisher:
                assert (await publisher.publish(records)).sent == len(records)
        with using(broker.variables("operator")):
            async with asyncio.timeout(240), Lags(broker.address) as lags:
                for group, topic in GROUPS.values():
                    while not await lags.stable(group) or await lags.lag(group, topic.name):
                        for name, worker in workers.items():
                            assert worker.returncode is None, (tmp_path / f"{name}.log").read_text()[-3000:]
                        await asyncio.sleep(0.1)
        found = await neo4j_driver.execute_query(
            "MATCH (a:Article) WHERE a.id STARTS WITH 'secure-' RETURN count(a) AS articles"
        )
        assert found.records[0]["articles"] == len(records)
        for name in workers:
            log_text = (tmp_path / f"{name}.log").read_text()
            assert "uthorization" not in log_text, log_text[-3000:]
            assert PASSWORD.format(name) not in log_text
    finally:
        for worker in workers.values():
            with suppress(ProcessLookupError):
                worker.terminate()
        await asyncio.gather(*(worker.wait() for worker in workers.values()))
        await neo4j_driver.execute_query("MATCH (n) DETACH DELETE n")


async def test_the_administrator_lacks_nothing(broker):
    """A broker that lets us do everything says so: `lacking` finds nothing either."""
    with using(broker.variables(ADMIN)):
        for rights in RIGHTS.values():
            assert (await lacking(broker.address, rights)).rights == ()
        assert (await lacking(broker.address, Rights("nobody", reads=()))).topics == ()
