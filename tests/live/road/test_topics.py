"""Topics on a real broker."""

import re
import uuid
from dataclasses import replace

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from typer.testing import CliRunner

from topology.admin.topics import TopicError, create_topics, topic_states
from topology.cli import app
from topology.topics import RAW_NEWS, TOPICS

pytestmark = pytest.mark.live


@pytest.fixture
def topic():
    config = {"retention.ms": "100000"}
    return replace(RAW_NEWS, name=f"test-{uuid.uuid4().hex[:8]}", partitions=2, config=config)


async def test_every_declared_topic_is_there_as_declared(kafka):
    for topic, state in zip(TOPICS, await topic_states(kafka), strict=True):
        assert state.partitions == topic.partitions
        assert topic.config.items() <= state.config.items()


async def test_creating_again_changes_nothing(kafka, topic):
    assert await create_topics(kafka, [topic]) == {topic.name: "created"}
    before = await topic_states(kafka, [topic])
    assert await create_topics(kafka, [topic]) == {topic.name: "as declared"}
    assert await topic_states(kafka, [topic]) == before


async def test_a_changed_declaration_is_applied_and_what_others_set_stays(kafka, topic):
    await create_topics(kafka, [topic])
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await admin.start()
        others = topic.config | {"segment.bytes": "2000000"}
        await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic.name, others)])
    finally:
        await admin.close()
    changed = replace(topic, config={"retention.ms": "200000"})
    assert await create_topics(kafka, [changed]) == {topic.name: "retention.ms 100000 → 200000"}
    (state,) = await topic_states(kafka, [changed])
    assert state.config == {"retention.ms": "200000", "segment.bytes": "2000000"}


async def test_partitions_are_added_and_never_taken_away(kafka, topic):
    await create_topics(kafka, [topic])
    assert await create_topics(kafka, [replace(topic, partitions=3)]) == {topic.name: "partitions 2 → 3"}
    assert "left at 3 partitions" in (await create_topics(kafka, [topic]))[topic.name]
    assert (await topic_states(kafka, [topic]))[0].partitions == 3


async def test_what_the_broker_refuses_is_said(kafka, topic):
    with pytest.raises(TopicError, match="retention"):
        await create_topics(kafka, [replace(topic, config={"retention.ms": "soon"})])


@pytest.mark.usefixtures("kafka", "live_settings")
def test_the_commands_say_what_they_do():
    created = CliRunner().invoke(app, ["topics", "create"])
    assert created.output == "".join(f"{topic.name}: as declared\n" for topic in TOPICS)
    listed = CliRunner().invoke(app, ["topics", "list"])
    for topic in TOPICS:
        assert re.search(rf"^{topic.name} +{topic.partitions} ", listed.output, re.MULTILINE)


def test_without_a_broker_the_commands_say_what_to_do(monkeypatch):
    from topology.settings import settings  # noqa: PLC0415

    monkeypatch.setenv("TRIPLEWIRE_KAFKA", "127.0.0.1:1")
    settings.cache_clear()
    result = CliRunner().invoke(app, ["topics", "create"])
    settings.cache_clear()
    assert result.exit_code == 1
    assert "triplewire up kafka" in result.output
