"""Kafka: whether it lets us in, what we may do there, its topics, groups, clock and certificates."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.conn import create_conn
from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
)

from streams.road.admission import lacking_by
from streams.road.lags import Lags
from topology.access.errors import AccessError
from topology.access.kafka import check_admission, client_options, explained, host_and_port, login_name
from topology.admin.topics import TopicError, topic_states
from topology.doctor import clock, expiry
from topology.doctor.broker_clock import cluster_time_ms
from topology.doctor.finding import Finding, do, note, ok
from topology.doctor.models import LOOPBACK
from topology.rights import RIGHTS
from topology.settings import Settings
from topology.topics import TOPICS

AREA = "kafka"
CREATE = "run `triplewire topics create` as a user with the rights of `setup`"
OPTIONAL = frozenset({"media", "suggestions", "feeds", "alerts", "corrections"})
"""Workers that one may do without."""

_FETCH = 1
_RELEASES = {11: "2.3", 12: "2.7", 13: "3.1", 15: "3.5", 16: "3.7", 17: "3.9", 18: "4.1"}
"""Kafka's release by the newest Fetch request that a broker understands; it does not name its version itself."""


async def examine(declared: Settings, client: str = "") -> list[Finding]:
    """Examines Kafka.

    Args:
        declared: The settings.
        client: Whose rights are wanted, by their names in `topology/rights.py`; "" for any.
    """
    try:
        await check_admission(declared.kafka, declared)
    except AccessError as error:
        what, _, advice = str(error).partition("; ")
        return [do(AREA, what, advice or "see docs/operations.md, “Kafka with TLS and accounts”")]
    except (KafkaError, OSError, TimeoutError) as error:
        why = await explained(error, declared.kafka)
        return [do(AREA, f"{declared.kafka}: {why}", _start(declared))]
    found = [ok(AREA, f"Kafka {await _release(declared)} at {declared.kafka}, as {login_name(declared)}")]
    async with _admin(declared) as admin:
        found += await _rights(admin, client)
        found.append(await _clock(admin))
    found += await _topics(declared)
    found += await _groups(declared, client)
    found += await _certificates(declared)
    return found


def _start(declared: Settings) -> str:
    if declared.kafka == declared.embedded.kafka_address:
        return "start it with `triplewire up kafka`, or set TRIPLEWIRE_KAFKA"
    return "start it, or set TRIPLEWIRE_KAFKA and TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL"


@asynccontextmanager
async def _admin(declared: Settings) -> AsyncIterator[AIOKafkaAdminClient]:
    admin = AIOKafkaAdminClient(**client_options(declared.kafka, declared))
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def _release(declared: Settings) -> str:
    options = client_options(declared.kafka, declared)
    server = options.pop("bootstrap_servers")[0]
    connection = await create_conn(*host_and_port(server), **options)
    newest = connection._versions.get(_FETCH, (0, 0))[1]  # noqa: SLF001 - aiokafka has no public way to read them
    connection.close()
    known = [release for version, release in _RELEASES.items() if version <= newest]
    return f"{known[-1]} or newer" if known else "before 2.3"


async def _rights(admin: AIOKafkaAdminClient, client: str) -> list[Finding]:
    """Says as which clients this user may work; what a wanted one lacks must be granted."""
    lacks = {name: await lacking_by(admin, rights) for name, rights in RIGHTS.items() if client in {"", name}}
    found = []
    if missing := sorted({topic for lack in lacks.values() for topic in lack.topics}):
        found.append(do(AREA, f"missing topics: {', '.join(missing)}", CREATE))
    able = [name for name, lack in lacks.items() if not lack.rights]
    if able:
        found.append(ok(AREA, f"has the rights of: {', '.join(able)}"))
    elif client:
        rights = "; ".join(f"{acl.operation} on {acl.kind} {acl.name}" for acl in lacks[client].rights)
        found.append(do(AREA, f"lacks rights of {client}: {rights}", "grant them; docs/operations.md lists all"))
    else:
        found.append(
            do(AREA, "may work as no client at all", "grant the rights of one; `--as NAME` names what it lacks")
        )
    return found


async def _clock(admin: AIOKafkaAdminClient) -> Finding:
    async def now_ms() -> float:
        now = await cluster_time_ms(admin)
        if now is None:
            raise NotImplementedError
        return now

    try:
        ahead, off = await clock.skew(now_ms)
    except NotImplementedError:
        return note(AREA, "the clock cannot be asked for: the cluster does not answer DescribeQuorum")
    except ClusterAuthorizationFailedError:
        return note(AREA, "the clock cannot be asked for", "grant Describe on the cluster to see it")
    return clock.judged(AREA, "Kafka's controller", ahead, off)


async def _topics(declared: Settings) -> list[Finding]:
    try:
        states = await topic_states(declared.kafka)
    except TopicError as error:
        if isinstance(error.__cause__, TopicAuthorizationFailedError):
            return [
                note(AREA, "the topics' settings cannot be read", "grant DescribeConfigs on every topic to see them")
            ]
        raise
    found = []
    for topic, state in zip(TOPICS, states, strict=True):
        if not state.partitions:
            continue  # missing, which the rights have reported, or hidden from us
        wrong = [
            f"{key} is {state.config.get(key)}, declared {value}"
            for key, value in topic.config.items()
            if state.config.get(key) != value
        ]
        if state.partitions < topic.partitions:
            wrong.append(f"{state.partitions} partitions, declared {topic.partitions}")
        if wrong:
            found.append(do(AREA, f"topic {topic.name}: {'; '.join(wrong)}", CREATE))
    seen = [state for state in states if state.partitions]
    return found or ([ok(AREA, f"{len(seen)} topics are as declared")] if seen else [])


async def _groups(declared: Settings, client: str) -> list[Finding]:
    """Finds groups in which nobody reads, and how much waits for them."""
    found, reading, hidden = [], [], []
    async with Lags(declared.kafka) as lags:
        for name, rights in RIGHTS.items():
            if not rights.group or rights.group.endswith("*") or client not in {"", "operator", name}:
                continue
            try:
                members = await lags.stable(rights.group)
                lag = await lags.lag(rights.group, rights.reads[0].name)
            except (GroupAuthorizationFailedError, TopicAuthorizationFailedError):
                hidden.append(rights.group)
                continue
            except (KafkaError, KeyError):
                continue  # the topic is missing, which the rights have reported
            if members:
                reading.append(f"{name} ({lag} waiting)")
            elif lag and name not in OPTIONAL:
                found.append(
                    do(AREA, f"nobody reads in group {rights.group}; {lag} records wait", f"`triplewire worker {name}`")
                )
            else:
                waiting = f"; {lag} records wait" if lag else ""
                found.append(
                    note(AREA, f"nobody reads in group {rights.group}{waiting}", f"`triplewire worker {name}` reads")
                )
    if reading:
        found.insert(0, ok(AREA, f"workers read: {', '.join(reading)}"))
    if hidden:
        found.append(note(AREA, f"cannot look at groups: {', '.join(hidden)}", "grant Describe on them to see them"))
    return found


async def _certificates(declared: Settings) -> list[Finding]:
    found = []
    options = client_options(declared.kafka, declared)
    for server in options["bootstrap_servers"]:
        host, port = host_and_port(server)
        if context := options.get("ssl_context"):
            found.append(expiry.judged(AREA, server, await expiry.of_server(context, host, port)))
        elif declared.kafka_security_protocol.startswith("SASL") and host not in LOOPBACK:
            found.append(
                do(AREA, f"the login crosses the network to {host} unencrypted", "set the security protocol SASL_SSL")
            )
    if declared.kafka_certificate:
        found.append(expiry.judged(AREA, "our client", expiry.of_file(Path(declared.kafka_certificate))))
    return found
