"""Creates the declared topics on a broker, and aligns existing ones with their declaration."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from topology.access.kafka import client_options, explained
from topology.topics import TOPICS, Topic

# Kafka's code for a configuration value that is set on the topic itself.
_ON_TOPIC = 1
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class TopicState:
    """The state of a topic on the broker.

    Attributes:
        name: The topic.
        partitions: Number of partitions; 0 if the topic does not exist.
        config: Values set on the topic itself and, for declared keys, the broker's defaults.
    """

    name: str
    partitions: int
    config: dict[str, str]


class TopicError(Exception):
    """The broker cannot be reached or refused a request; the message states why."""


async def create_topics(bootstrap: str, topics: Sequence[Topic] = TOPICS) -> dict[str, str]:
    """Creates or changes the broker's topics so that they match their declarations.

    Missing partitions are added (from then on a key may belong to another partition); none are removed. Settings of a
    topic that are not declared here stay as they are.

    Args:
        bootstrap: Kafka's bootstrap servers.
        topics: The declared topics.

    Returns:
        What was done, by topic name.

    Raises:
        TopicError: The broker cannot be reached or refused.
    """
    async with _admin(bootstrap) as admin:
        states = {state.name: state for state in await _states(admin, topics)}
        done = {}
        for topic in topics:
            state = states[topic.name]
            if state.partitions:
                done[topic.name] = await _align(admin, topic, state)
            else:
                await _create(admin, topic)
                done[topic.name] = "created"
        await _visible(admin, [topic.name for topic in topics])
        return done


async def topic_states(bootstrap: str, topics: Sequence[Topic] = TOPICS) -> list[TopicState]:
    """Returns the state of the declared topics on the broker.

    Raises:
        TopicError: The broker cannot be reached.
    """
    async with _admin(bootstrap) as admin:
        return await _states(admin, topics)


@asynccontextmanager
async def _admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # we report errors ourselves
    admin = AIOKafkaAdminClient(**client_options(bootstrap))
    try:
        await admin.start()
        yield admin
    except KafkaError as error:
        raise TopicError(f"Kafka at {bootstrap}: {await explained(error, bootstrap)}") from error
    finally:
        await admin.close()


async def _states(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> list[TopicState]:
    # Asking for a topic by name would create it if the broker creates topics automatically.
    described = {topic["topic"]: topic for topic in await admin.describe_topics()}
    there = [topic for topic in topics if topic.name in described]
    configs = await _configs(admin, there)
    return [
        TopicState(topic.name, len(described[topic.name]["partitions"]), configs[topic.name])
        if topic.name in described
        else TopicState(topic.name, 0, {})
        for topic in topics
    ]


async def _configs(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> dict[str, dict[str, str]]:
    if not topics:
        return {}
    responses = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, t.name) for t in topics])
    declared = {topic.name: topic.config for topic in topics}
    found: dict[str, dict[str, str]] = {}
    for response in responses:
        for code, message, _type, name, entries in response.resources:
            _raise_for(code, message)
            found[name] = {
                key: value
                for key, value, _read_only, source, *_ in entries
                if source == _ON_TOPIC or key in declared[name]
            }
    return found


async def _create(admin: AIOKafkaAdminClient, topic: Topic) -> None:
    new = NewTopic(topic.name, topic.partitions, await _replication(admin), topic_configs=topic.config)
    response = await admin.create_topics([new])
    for _name, code, message in response.topic_errors:
        if code != TopicAlreadyExistsError.errno:  # another process created it first
            _raise_for(code, message)


async def _replication(admin: AIOKafkaAdminClient) -> int:
    """Returns the cluster's default replication factor; aiokafka requires a number."""
    key = "default.replication.factor"
    broker = (await admin.describe_cluster())["brokers"][0]["node_id"]
    (response,) = await admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, str(broker), {key: None})])
    for code, message, _type, _name, entries in response.resources:
        _raise_for(code, message)
        return int(next(value for name, value, *_ in entries if name == key))
    return 1


async def _align(admin: AIOKafkaAdminClient, topic: Topic, state: TopicState) -> str:
    done = []
    wrong = {key: value for key, value in topic.config.items() if state.config.get(key) != value}
    if wrong:
        # This request replaces all values set on the topic, so the ones that are not ours must be included.
        resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, state.config | topic.config)
        for response in await admin.alter_configs([resource]):
            for code, message, *_ in response.resources:
                _raise_for(code, message)
        done += [f"{key} {state.config.get(key)} → {value}" for key, value in wrong.items()]
    if state.partitions < topic.partitions:
        await admin.create_partitions({topic.name: NewPartitions(topic.partitions)})
        done.append(f"partitions {state.partitions} → {topic.partitions}")
    elif state.partitions > topic.partitions:
        done.append(
            f"left at {state.partitions} partitions ({topic.partitions} declared; partitions cannot be removed)"
        )
    return ", ".join(done) or "as declared"


async def _visible(admin: AIOKafkaAdminClient, names: Iterable[str]) -> None:
    """Waits until the broker knows the topics, which happens a moment after the controller does."""
    async with asyncio.timeout(_PATIENCE):
        while set(names) - {topic["topic"] for topic in await admin.describe_topics() if topic["partitions"]}:  # noqa: ASYNC110 - Kafka sends no notification
            await asyncio.sleep(0.05)


def _raise_for(code: int, message: str | None) -> None:
    if code:
        raise for_code(code)(message or "")
