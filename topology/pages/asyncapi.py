"""Generates `topology/schemas/asyncapi.yaml`: every topic and message in one AsyncAPI 3 document.

https://www.asyncapi.com/docs/reference/specification/v3.0.0, with the Kafka bindings 0.5.0. Topics come from
`topology/topics.py` and messages from `streams/messages`; only who sends what is written here, and a test compares it
with what the stages import.
"""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml
from pydantic.json_schema import models_json_schema

from streams.alerts import state as alert_state
from streams.entities.happenings.memory import RememberedReport
from streams.entities.happenings.outputs import REMEMBERED_REPORT, RETELL, Retell
from streams.entities.stage import REMEMBERED, RememberedName
from streams.feeds.state import FeedState
from streams.feeds.worker import REMEMBERED as REMEMBERED_FEED
from streams.messages import events, term_events
from streams.messages.alert_events import Alert
from streams.messages.base import Event
from streams.messages.cloud_events import CE_TYPES
from streams.messages.correction_events import Correction
from streams.messages.happening_events import Story
from streams.messages.suggestion_events import Suggestions
from streams.road.dead_letters import REPLAYED
from streams.road.replay import MARK
from streams.road.wire.error_headers import PREFIX
from topology import contract
from topology.settings import Settings
from topology.topics import (
    ALERT_STATE,
    ALERTS,
    CORRECTIONS,
    DAY_MS,
    DEAD_LETTERS,
    ENTITIES,
    FEED_STATE,
    MENTIONS,
    RAW_MEDIA,
    RAW_NEWS,
    SUGGESTIONS,
    TERM_STATISTICS,
    TOPICS,
    TRIPLES,
    Topic,
)

PAGE = contract.SCHEMAS / "asyncapi.yaml"
SPECIFICATION = "3.0.0"
BINDING = "0.5.0"
PUBLIC = (RAW_NEWS, RAW_MEDIA, TRIPLES, SUGGESTIONS, ALERTS, CORRECTIONS)
"""Topics that others may write to or read from; the rest is between the stages."""


@dataclass(frozen=True, slots=True)
class Message:
    """A kind of message.

    Attributes:
        ce_type: Its CloudEvents type; empty if it is no CloudEvent.
        key: What its key is.
        summary: What it says, in one sentence.
        model: The class of its value; None if the value is none of our models.
        mode: Whose view of the value the schema takes: a producer may omit fields ("validation").
    """

    ce_type: str
    key: str
    summary: str
    model: type[Event] | None = None
    mode: contract.Mode = "serialization"


_PRIVATE = {
    RememberedName: REMEMBERED,
    FeedState: REMEMBERED_FEED,
    RememberedReport: REMEMBERED_REPORT,
    Retell: RETELL,
    alert_state.SeenThing: alert_state.SEEN,
    alert_state.WatchBegin: alert_state.BEGUN,
    alert_state.CallPosition: alert_state.POSITION,
}
"""The CloudEvents types of what stages say to themselves."""


def _message(model: type[Event], key: str, mode: contract.Mode = "serialization") -> Message:
    summary = (model.__doc__ or "").partition("\n")[0].partition(" Topic")[0]
    return Message(_PRIVATE.get(model) or CE_TYPES[model], key, summary, model, mode)


MESSAGES: dict[str, Message] = {
    "article": _message(events.Article, "The article's id.", "validation"),
    "media-item": _message(events.MediaItem, "The media item's id.", "validation"),
    "document": _message(events.Document, "The id of the article or media item."),
    "triple": _message(events.Triple, "The id of the article or media item, as of its document."),
    "alias": _message(events.Alias, "Entity id of the alias."),
    "identity": _message(events.Identity, "The entity's id."),
    "story": _message(Story, "Entity id of the happening."),
    "correction": _message(Correction, "The correction's id.", "validation"),
    "naming": _message(events.Naming, "The article's id."),
    "remembered-name": _message(RememberedName, "`remembered:` and the entity's id."),
    "forgotten-name": Message("", "As of the remembered name.", "No longer remembered: a record without a value."),
    "remembered-report": _message(RememberedReport, "`remembered:` and the happening's id."),
    "retell": _message(Retell, "`retell:happenings`."),
    "suggestions": _message(Suggestions, "The entity's id."),
    "term-snapshot": _message(term_events.TermSnapshot, TERM_STATISTICS.key[0].upper() + TERM_STATISTICS.key[1:] + "."),
    "feed-state": _message(FeedState, "The feed's address."),
    "alert": _message(Alert, "Name of the watch."),
    "seen-thing": _message(alert_state.SeenThing, "`seen:`, the watch and the thing, with a colon between them."),
    "watch-begin": _message(alert_state.WatchBegin, "`watch:` and the watch."),
    "call-position": _message(alert_state.CallPosition, "`receiver:` and the receiver."),
    "dead-letter": Message("", "The original key.", "A record that cannot be processed: its own bytes, and why."),
    "replay-mark": Message("", "The original key.", "A dead letter was published again; an empty value."),
}  # fmt: skip

CHANNELS: dict[str, tuple[str, ...]] = {
    RAW_NEWS.name: ("article",),
    RAW_MEDIA.name: ("media-item",),
    TRIPLES.name: ("document", "triple", "alias", "identity", "story", "correction"),
    MENTIONS.name: ("naming", "identity", "correction"),
    ENTITIES.name: (
        "alias",
        "story",
        "remembered-name",
        "remembered-report",
        "retell",
        "correction",
        "forgotten-name",
    ),
    SUGGESTIONS.name: ("suggestions",),
    TERM_STATISTICS.name: ("term-snapshot",),
    FEED_STATE.name: ("feed-state",),
    ALERTS.name: ("alert",),
    ALERT_STATE.name: ("seen-thing", "watch-begin", "call-position"),
    CORRECTIONS.name: ("correction",),
    DEAD_LETTERS.name: ("dead-letter", "replay-mark"),
}
"""The messages on each topic."""

RECEIVED: dict[str, dict[str, tuple[str, ...]]] = {
    "news": {RAW_NEWS.name: ("article",), TERM_STATISTICS.name: ("term-snapshot",)},
    "media": {RAW_MEDIA.name: ("media-item",)},
    "entities": {MENTIONS.name: CHANNELS[MENTIONS.name], ENTITIES.name: CHANNELS[ENTITIES.name]},
    "sink": {TRIPLES.name: CHANNELS[TRIPLES.name]},
    "suggestions": {TRIPLES.name: CHANNELS[TRIPLES.name]},
    "feeds": {FEED_STATE.name: CHANNELS[FEED_STATE.name]},
    "alerts": {
        TRIPLES.name: CHANNELS[TRIPLES.name],
        ENTITIES.name: ("alias",),
        ALERTS.name: CHANNELS[ALERTS.name],
        ALERT_STATE.name: CHANNELS[ALERT_STATE.name],
    },
    "corrections": {CORRECTIONS.name: ("correction",)},
    "replay": {DEAD_LETTERS.name: CHANNELS[DEAD_LETTERS.name]},
}
SENT: dict[str, dict[str, tuple[str, ...]]] = {
    "news": {
        TRIPLES.name: ("document", "triple"),
        MENTIONS.name: ("naming",),
        RAW_MEDIA.name: ("media-item",),
        TERM_STATISTICS.name: ("term-snapshot",),
    },
    "media": {TRIPLES.name: ("document", "triple"), RAW_NEWS.name: ("article",)},
    "entities": {
        TRIPLES.name: ("alias", "identity", "story"),
        ENTITIES.name: CHANNELS[ENTITIES.name],
        MENTIONS.name: ("identity",),
    },
    "sink": {},
    "suggestions": {SUGGESTIONS.name: ("suggestions",)},
    "feeds": {RAW_NEWS.name: ("article",), FEED_STATE.name: CHANNELS[FEED_STATE.name]},
    "alerts": {ALERTS.name: CHANNELS[ALERTS.name], ALERT_STATE.name: CHANNELS[ALERT_STATE.name]},
    "corrections": {TRIPLES.name: ("correction",), MENTIONS.name: ("correction",)},
    "replay": {DEAD_LETTERS.name: ("replay-mark",)},
}
"""What each stage, and the command that replays dead letters, takes from and puts on the topics."""

INTRODUCTION = """\
Triplewire turns a newswire into a knowledge graph. Publish articles to `raw-news` and pictures, videos and sound to
`raw-media`; subscribe to `triples`, `suggestions` and `alerts`; correct on `corrections`. Topics with the tag
`internal` are between the stages and may change.

Operations are Triplewire's own, named after the stage: what a stage sends is what you may receive. Delivery is at least
once, and records with one key are in order. docs/triples.md says what a consumer does with each message, and how the
contract may change.
"""


class _Plain(yaml.SafeDumper):
    """Writes repeated parts out, and long texts as blocks."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Plain.add_representer(str, _text)


def document() -> dict[str, Any]:
    """Returns the AsyncAPI document."""
    schemas, names = _schemas()
    return {
        "asyncapi": SPECIFICATION,
        "info": {
            "title": "Triplewire",
            "version": version("triplewire"),
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "description": "The broker that the setting TRIPLEWIRE_KAFKA names; by default the embedded stack's.",
                "variables": {"bootstrap": {"default": Settings.model_construct().kafka}},
            }
        },
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {
            "messages": {name: _described(name, message, names) for name, message in MESSAGES.items()},
            "schemas": schemas,
        },
    }


def files() -> dict[Path, str]:
    """Returns the content of the generated document, by path."""
    head = "# Generated by `triplewire schemas --write` from topology/topics.py and streams/messages.\n"
    return {PAGE: head + yaml.dump(document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)}


def _schemas() -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Returns the schemas of all values, and the reference to each message's."""
    modelled = {name: (message.model, message.mode) for name, message in MESSAGES.items() if message.model}
    references, found = models_json_schema(
        list(modelled.values()), ref_template="#/components/schemas/{model}", schema_generator=contract.MessageSchema
    )
    schemas = {name: _draft_07(schema) for name, schema in sorted(found["$defs"].items())}
    return schemas, {name: dict(references[model, mode]) for name, (model, mode) in modelled.items()}


def _draft_07(schema: Any) -> Any:
    """Returns a schema with the one keyword rewritten that AsyncAPI's (draft 7) has under another name."""
    if isinstance(schema, list):
        return [_draft_07(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {"items" if key == "prefixItems" else key: _draft_07(value) for key, value in schema.items()}


def _channel(topic: Topic) -> dict[str, Any]:
    config: dict[str, Any] = {
        key: int(value) if value.isdigit() else value for key, value in topic.config.items() if key != "cleanup.policy"
    }
    policy = topic.config.get("cleanup.policy", "delete")
    kept = f"{config['retention.ms'] // DAY_MS} days" if policy == "delete" else "the latest record of each key"
    public = topic in PUBLIC
    return {
        "address": topic.name,
        "description": f"Key: {topic.key}. Value: {topic.value}. Kept: {kept}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in CHANNELS[topic.name]},
        "tags": [{"name": "public" if public else "internal"}],
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"cleanup.policy": [policy], **config},
                "bindingVersion": BINDING,
            }
        },
    }


def _operations() -> list[tuple[str, dict[str, Any]]]:
    groups = {group for topic in TOPICS for group in topic.groups}
    found = []
    for stage, received in RECEIVED.items():
        for topic, names in received.items():
            described = _operation("receive", stage, topic, names)
            # Without a group it reads the whole topic when it starts, to restore what it remembers.
            if (group := f"triplewire-{stage}") in groups and group in _groups(topic):
                bound = {"groupId": {"type": "string", "enum": [group]}, "bindingVersion": BINDING}
                described["bindings"] = {"kafka": bound}
            found.append((f"{stage}-receive-{topic}", described))
        sent = SENT[stage] | ({} if stage == "replay" else {DEAD_LETTERS.name: ("dead-letter",)})
        found += [(f"{stage}-send-{topic}", _operation("send", stage, topic, names)) for topic, names in sent.items()]
    return found


def _groups(topic: str) -> tuple[str, ...]:
    return next(declared.groups for declared in TOPICS if declared.name == topic)


def _operation(action: str, stage: str, topic: str, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "messages": [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in names],
        "tags": [{"name": stage}],
    }


def _described(name: str, message: Message, references: dict[str, dict[str, str]]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": message.ce_type or name,
        "title": name,
        "summary": message.summary,
        "contentType": "application/json" if message.model else "application/octet-stream",
        "headers": _headers(name, message),
        "bindings": {"kafka": {"key": {"type": "string", "description": message.key}, "bindingVersion": BINDING}},
    }
    if message.model:
        described["payload"] = references[name]
    elif name == "forgotten-name":
        described["payload"] = {"type": "null"}
    examples: dict[str, Event] = dict(zip(("document", "triple"), contract.example(), strict=True))
    examples |= {"alias": contract.alias_example(), "identity": contract.identity_example()}
    examples |= {"story": contract.story_example(), "alert": contract.alert_example()}
    examples["correction"] = contract.correction_example()
    if name in examples:
        described["examples"] = [{"payload": json.loads(examples[name].model_dump_json())}]
    return described


def _headers(name: str, message: Message) -> dict[str, Any]:
    text = {"type": "string"}
    if message.ce_type:
        fields: dict[str, Any] = {
            "ce_specversion": {"type": "string", "const": "1.0"},
            "ce_id": {"type": "string", "description": "Id of the message; the same when it is repeated."},
            "ce_type": {"type": "string", "const": message.ce_type},
            "ce_source": {"type": "string", "description": "Who states it."},
            "ce_time": {"type": "string", "format": "date-time", "description": "When it was stated."},
            "content-type": {"type": "string", "const": "application/json"},
        }
        # Publishers may leave them out: each of their topics has one kind of message.
        required = list(fields) if message.mode == "serialization" else []
        title = "CloudEvents 1.0, binary mode for Kafka"
        return {"type": "object", "title": title, "properties": fields, "required": required}
    if name == "dead-letter":
        parts = ("topic", "partition", "offset", "stage", "exception", "message")
        errors: dict[str, Any] = {f"{PREFIX}{part}": dict(text) for part in parts}
        replayed = {REPLAYED: {"type": "string", "description": "How many times the record was replayed before."}}
        title = "The original headers, and those that say where the record came from and what is wrong (KIP-1034)"
        return {"type": "object", "title": title, "properties": errors | replayed, "required": list(errors)}
    if name == "replay-mark":
        offset = {"type": "string", "description": "Offset, on this topic, of the dead letter that was replayed."}
        return {"type": "object", "properties": {MARK: offset}, "required": [MARK]}
    return {"type": "object", "description": "None."}
