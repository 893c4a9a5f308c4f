"""topology/schemas/asyncapi.yaml is a valid AsyncAPI 3 document, and says what topics, messages and stages say."""

import ast
import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker

from streams.messages.cloud_events import CE_TYPES, cloud_event_headers
from streams.road.dead_letters import PREFIX, dead_letter
from streams.road.stage import Record
from tests.topology.contract import landed
from tests.topology.contract.samples import NOW, SAMPLES
from tests.topology.deployment import ROOT
from topology import topics
from topology.pages import asyncapi, generated
from topology.topics import DEAD_LETTERS, TOPICS

# AsyncAPI's own schema, for what we use: the core and the Kafka bindings.
SPECIFICATION = json.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_text(encoding="utf-8"))
DOCUMENT = yaml.safe_load(asyncapi.PAGE.read_text(encoding="utf-8"))
STAGES = ("news", "media", "entities", "sink", "suggestions", "alerts")
NAMES = {name: value.name for name, value in vars(topics).items() if isinstance(value, topics.Topic)}


def resolved(reference):
    part = DOCUMENT
    for key in reference.removeprefix("#/").split("/"):
        part = part[key]
    return part


def references(part):
    if isinstance(part, list):
        return {found for one in part for found in references(one)}
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return own | {found for one in part.values() for found in references(one)}


def operations(stage, action):
    """Returns the topics, with the messages on each, that a stage receives or sends."""
    found = [one for one in DOCUMENT["operations"].values() if one["action"] == action]
    return {
        one["channel"]["$ref"].rpartition("/")[2]: {ref["$ref"].rpartition("/")[2] for ref in one["messages"]}
        for one in found
        if one["tags"] == [{"name": stage}]
    }


def used(stage):
    """Returns the topics whose constants a stage's modules import."""
    found = set()
    for path in (ROOT / "streams" / stage).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "topology.topics":
                found |= {NAMES[alias.name] for alias in node.names if alias.name in NAMES}
    return found


def test_it_is_up_to_date():
    assert generated.stale(asyncapi.files()) == []


def test_it_is_valid_asyncapi_3():
    Draft7Validator.check_schema(SPECIFICATION)
    assert [error.message for error in Draft7Validator(SPECIFICATION).iter_errors(DOCUMENT)] == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.pop("info"),
        lambda d: d["channels"]["triples"]["bindings"]["kafka"].update(partitions=0),
        lambda d: d["operations"]["sink-receive-triples"].update(action="reply"),
        lambda d: d["components"]["messages"]["triple"].update(keys="id"),
    ],
)
def test_the_specification_s_schema_refuses_what_is_wrong(spoil):
    wrong = json.loads(json.dumps(DOCUMENT))
    spoil(wrong)
    assert not Draft7Validator(SPECIFICATION).is_valid(wrong)


def test_every_reference_leads_somewhere():
    for reference in references(DOCUMENT):
        assert resolved(reference), reference


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_channel_is_its_topic(topic):
    channel = DOCUMENT["channels"][topic.name]
    kafka = channel["bindings"]["kafka"]
    assert (channel["address"], kafka["topic"], kafka["partitions"]) == (topic.name, topic.name, topic.partitions)
    configuration = dict(kafka["topicConfiguration"])
    assert configuration.pop("cleanup.policy") == [topic.config.get("cleanup.policy", "delete")]
    assert {key: str(value) for key, value in configuration.items()} == {
        key: value for key, value in topic.config.items() if key != "cleanup.policy"
    }


def test_there_are_the_topics_and_no_other():
    assert list(DOCUMENT["channels"]) == [topic.name for topic in TOPICS]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_each_consumer_group_is_an_operation(topic):
    received = [one for one in DOCUMENT["operations"].values() if one["channel"]["$ref"] == f"#/channels/{topic.name}"]
    groups = [one["bindings"]["kafka"]["groupId"]["enum"][0] for one in received if "bindings" in one]
    assert sorted(groups) == sorted(topic.groups)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_receives_and_sends_what_its_modules_use(stage):
    sent = operations(stage, "send")
    assert sent.pop(DEAD_LETTERS.name) == {"dead-letter"}
    assert used(stage) == operations(stage, "receive").keys() | sent.keys()


def test_every_message_is_on_a_topic_and_is_sent_or_comes_from_a_publisher():
    on_topics = {name for channel in DOCUMENT["channels"].values() for name in channel["messages"]}
    assert on_topics == set(DOCUMENT["components"]["messages"])
    sent = {name for stage in asyncapi.SENT for names in operations(stage, "send").values() for name in names}
    assert on_topics - sent == set()
    assert {asyncapi.MESSAGES[name].ce_type for name in on_topics} >= set(CE_TYPES.values())


@pytest.mark.parametrize("kind", sorted(landed.MODELS))
def test_the_schema_of_a_message_takes_its_samples(kind):
    schema = {
        **resolved(resolved(f"#/components/messages/{kind}")["payload"]["$ref"]),
        "components": DOCUMENT["components"],
    }
    validator = Draft7Validator(schema, format_checker=FormatChecker())
    for sample in SAMPLES[kind]:
        assert [error.message for error in validator.iter_errors(json.loads(sample.model_dump_json()))] == []
    spot = DOCUMENT["components"]["schemas"]["Spot-Output"]["properties"]["box"]["anyOf"][0]
    assert (len(spot["items"]), spot["minItems"], spot["maxItems"]) == (4, 4, 4)


@pytest.mark.parametrize(
    "kind",
    sorted(
        set(landed.MODELS)
        - {"remembered-name", "remembered-report", "retell", "feed-state", "seen-thing", "watch-begin", "call-position"}
    ),
)
def test_the_headers_are_those_that_are_sent(kind):
    headers = cloud_event_headers(SAMPLES[kind][0], id_="an-id", source="Example Wire", time=NOW)
    described = resolved(f"#/components/messages/{kind}")["headers"]
    assert [name for name, _ in headers] == list(described["properties"])
    Draft7Validator(described).validate({name: value.decode() for name, value in headers})


def test_the_headers_of_a_dead_letter_are_those_that_are_sent():
    letter = dead_letter(Record("raw-news", 1, 2, 3, b"k", b"v"), stage="news", reason="not-json", message="?")
    described = resolved("#/components/messages/dead-letter")["headers"]
    assert {name for name, _ in letter.headers} == set(described["required"])
    assert all(name.startswith(PREFIX) for name in described["required"])


def test_settings_of_this_machine_do_not_reach_the_file(monkeypatch):
    monkeypatch.setenv("TRIPLEWIRE_KAFKA", "broker.example.org:9092")
    assert asyncapi.document()["servers"] == DOCUMENT["servers"]
