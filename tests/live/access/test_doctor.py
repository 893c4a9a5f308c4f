"""`triplewire doctor` against real servers: each finding that needs one."""

import asyncio
import json

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from pydantic import SecretStr
from typer.testing import CliRunner

from streams.sources.feed_record import FeedRecord
from streams.sources.producer import FeedProducer
from tests.helpers.secure_kafka import ADMIN, PASSWORD, STRANGER, using
from tests.streams.bad_input import article
from topology.access.kafka import client_options
from topology.cli import app
from topology.doctor import graph, kafka
from topology.doctor.finding import Level
from topology.topics import RAW_NEWS, TRIPLES

pytestmark = pytest.mark.live


async def findings(broker, user, client="", **changes):
    """Returns what is found, by level."""
    with using(broker.variables(user) | changes) as declared:
        found = await kafka.examine(declared, client)
    return {level: [f"{f.what} → {f.advice}" for f in found if f.level is level] for level in Level}


def said(found, level, words):
    return any(words in line for line in found[level])


async def test_the_operator_sees_version_rights_topics_groups_and_clock(broker):
    found = await findings(broker, "operator")
    assert said(found, Level.OK, "Kafka 4.1 or newer")
    assert said(found, Level.OK, "as user operator")
    assert said(found, Level.OK, "has the rights of: editor, publisher, operator")
    assert said(found, Level.OK, "topics are as declared")
    assert said(found, Level.OK, "the clock of Kafka's controller agrees with ours")
    assert not said(found, Level.NOTE, "cannot")


async def test_a_certificate_that_expires_soon_is_noted(broker):
    """The broker's is made for twenty days."""
    found = await findings(broker, "operator")
    assert said(found, Level.NOTE, "expires in 20 days")


async def test_a_right_that_is_wanted_and_not_granted(broker):
    found = await findings(broker, "publisher", client="sink")
    assert said(found, Level.DO, "lacks rights of sink: ")
    assert said(found, Level.DO, "Read on group triplewire-sink")
    assert said(found, Level.DO, "Read on topic triples")
    assert not said(found, Level.DO, "Write on topic raw-news")
    assert not (await findings(broker, "sink", client="sink"))[Level.DO]


async def test_a_user_without_any_right_and_one_that_is_refused(broker):
    assert said(await findings(broker, STRANGER), Level.DO, "may work as no client at all")
    found = await findings(broker, STRANGER, kafka_password="hunter22")
    assert said(found, Level.DO, "refuses the login of user stranger")
    assert "hunter22" not in str(found)


async def test_what_a_worker_s_user_may_not_see_is_said_and_is_no_fault(broker):
    found = await findings(broker, "sink")
    assert said(found, Level.NOTE, "grant Describe on the cluster")
    assert said(found, Level.NOTE, "the topics' settings cannot be read")
    assert said(found, Level.NOTE, "cannot look at groups")


async def test_a_topic_that_is_not_as_declared(broker):
    async def alter(config):
        admin = AIOKafkaAdminClient(**client_options(broker.address, broker.settings_of(ADMIN)))
        await admin.start()
        try:
            await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, TRIPLES.name, config)])
        finally:
            await admin.close()

    await alter(TRIPLES.config | {"retention.ms": "60000"})
    try:
        found = await findings(broker, "operator")
        assert said(found, Level.DO, "topic triples: retention.ms is 60000, declared 2592000000")
        assert said(found, Level.DO, "triplewire topics create")
    finally:
        await alter(TRIPLES.config)


async def test_records_that_wait_while_nobody_reads(broker):
    with using(broker.variables("publisher")):
        async with FeedProducer(broker.address, RAW_NEWS.name) as publisher:
            await publisher.publish([FeedRecord.parse(article("waits"), "here")])
    found = await findings(broker, "operator")
    assert said(found, Level.DO, "nobody reads in group triplewire-news")
    assert said(found, Level.DO, "`triplewire worker news`")
    assert not said(found, Level.DO, "triplewire-suggestions")


async def test_the_command_tells_people_and_machines(broker, neo4j):
    given = broker.variables("operator") | {
        "neo4j": neo4j.neo4j,
        "neo4j_password": neo4j.neo4j_password.get_secret_value(),
        "triton": "127.0.0.1:1",
    }
    with using(given):
        shown = await asyncio.to_thread(CliRunner().invoke, app, ["doctor", "--within", "3"], env={"COLUMNS": "80"})
        told = await asyncio.to_thread(CliRunner().invoke, app, ["doctor", "--json", "--within", "3"])
    assert (shown.exit_code, told.exit_code) == (1, 1)  # Triton is not there
    assert max(map(len, shown.output.splitlines())) <= 80
    assert "nobody listens there" in shown.output
    report = json.loads(told.output)
    assert not report["ok"]
    assert {f["area"] for f in report["findings"]} == {"kafka", "triton", "neo4j", "machine"}
    for secret in (PASSWORD.format("operator"), given["neo4j_password"]):
        assert secret not in shown.output + told.output


async def test_neo4j_names_version_rights_and_clock_and_changes_nothing(neo4j, neo4j_driver):
    labels = "CALL db.labels() YIELD label RETURN collect(label) AS labels"
    before = (await neo4j_driver.execute_query(labels)).records
    with using({"neo4j_reader_user": ""}):
        found = await graph.examine(neo4j)
    text = [f.what for f in found]
    assert [f.level for f in found] == [Level.OK] * 3
    assert text[0].startswith("Neo4j 5.26")
    assert "community" in text[0]
    assert "agrees with ours" in text[1]
    assert text[2] == "user neo4j may read and write"
    assert (await neo4j_driver.execute_query(labels)).records == before
    assert (await neo4j_driver.execute_query("MATCH (n) RETURN count(n) AS n")).records[0]["n"] == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"neo4j_password": "hunter22"}, "check TRIPLEWIRE_NEO4J_USER and TRIPLEWIRE_NEO4J_PASSWORD"),
        ({"neo4j_reader_user": "reader", "neo4j_reader_password": "x"}, "check TRIPLEWIRE_NEO4J_READER_USER"),
        ({"neo4j_database": "elsewhere"}, "set TRIPLEWIRE_NEO4J_DATABASE"),
        ({"neo4j": "bolt://127.0.0.1:1"}, "start it"),
    ],
)
async def test_neo4j_that_does_not_let_us_in(neo4j, change, words):
    found = await graph.examine(neo4j.model_copy(update={**change, **secrets(change)}))
    (must,) = [f for f in found if f.level is Level.DO]
    assert words in must.advice
    assert "hunter22" not in must.what + must.advice


def secrets(change):
    return {name: SecretStr(value) for name, value in change.items() if name.endswith("password")}
