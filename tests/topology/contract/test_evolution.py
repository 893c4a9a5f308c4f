"""Messages of the last landed version are still read, and a change that breaks the contract is noticed."""

import copy
import json

import pytest

from streams.entities.stage import REMEMBERED, EntitiesStage
from streams.media.items import parse_item
from streams.messages.base import Event
from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import Article, Triple
from streams.news.articles import parse_article
from streams.road.metrics import UNKNOWN_FIELDS
from streams.road.stage import Record
from streams.sink.decode import decode
from streams.suggestions import changed, outbox
from tests.topology.contract import landed
from tests.topology.contract.evolution import broken_for_readers, unreadable
from tests.topology.contract.samples import SAMPLES
from topology.ontology import load_ontology
from topology.pages.asyncapi import MESSAGES
from topology.settings import settings

KINDS = sorted(landed.MODELS)
CASES = [(kind, place) for kind in KINDS for place in range(len(landed.load(kind)["samples"]))]
MAPS = {"stood_for", "languages", "terms", "names", "located", "items", "revised"}
"""Fields whose keys are data: a key more there is no unknown field."""


def ahead(message, field=""):
    """Returns a message as a later version might send it: with a field more in every part."""
    if isinstance(message, list):
        return [ahead(part) for part in message]
    if not isinstance(message, dict):
        return message
    more = {} if field in MAPS else {"a_field_of_next_year": {"deep": [1]}}
    return {key: ahead(value, key) for key, value in message.items()} | more


def read(kind, message):
    """Returns what the stages read from a message."""
    header = ("ce_type", (CE_TYPES.get(landed.MODELS[kind], REMEMBERED)).encode())
    record = Record("t", 0, 0, 1_700_000_000_000, b"k", json.dumps(message).encode(), (header,))
    if kind == "article":
        return parse_article(record, stage="evolution", max_text=10_000)
    if kind == "media-item":
        return parse_item(record, stage="evolution", inline=1000)
    if kind in {"document", "triple", "alias", "identity"}:
        entities = [EntitiesStage().parse(record)] if kind == "identity" else []
        return decode(record, {"P169": "CHIEF_EXECUTIVE_OFFICER"}), changed.read(record), entities
    if kind == "naming":
        return EntitiesStage().parse(record)
    if kind == "suggestions":
        return outbox.as_output(record.value.decode(), record).value
    return landed.MODELS[kind].model_validate_json(record.value)


def unlike(recorded, now, path="value"):
    """Returns the parts of a recorded message that are not, or not the same, in what was read from it."""
    if isinstance(recorded, dict) and isinstance(now, dict):
        lost = [f"{path}.{key}: lost" for key in recorded.keys() - now.keys()]
        kept = recorded.keys() & now.keys()
        return lost + [found for key in kept for found in unlike(recorded[key], now[key], f"{path}.{key}")]
    if isinstance(recorded, list) and isinstance(now, list) and len(recorded) == len(now):
        pairs = enumerate(zip(recorded, now, strict=True))
        return [found for place, (one, other) in pairs for found in unlike(one, other, f"{path}[{place}]")]
    return [] if recorded == now else [f"{path}: {now!r}, was {recorded!r}"]


def set_fields(event, found):
    """Adds (class, field) of every field of an event, and of its parts, that does not have its default."""
    for name, field in type(event).model_fields.items():
        value = getattr(event, name)
        if field.is_required() or value != field.default:
            found.add((type(event).__name__, field.alias or name))
        parts = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else [value]
        for part in parts:
            if isinstance(part, Event):
                set_fields(part, found)


def all_fields(kind):
    """Returns (class, field) of every field of a kind and of its parts."""
    root = landed.MODELS[kind].model_json_schema()
    named = {landed.MODELS[kind].__name__: root, **root.get("$defs", {})}
    fields = {(name, field): part for name, of in named.items() for field, part in of.get("properties", {}).items()}
    # A constant has no other value than its default.
    return {field for field, part in fields.items() if "const" not in part}


@pytest.mark.parametrize("kind", KINDS)
def test_the_samples_set_every_field_of_their_kind(kind):
    found = set()
    for sample in SAMPLES[kind]:
        set_fields(sample, found)
    assert all_fields(kind) - found == set()


@pytest.mark.parametrize(("kind", "place"), CASES)
def test_a_landed_message_is_read_whole(kind, place):
    message = landed.load(kind)["samples"][place]
    again = json.loads(landed.MODELS[kind].model_validate(message).model_dump_json())
    assert unlike(message, again) == []
    read(kind, message)


@pytest.mark.parametrize(("kind", "place"), CASES)
def test_unknown_fields_are_ignored(kind, place):
    message = landed.load(kind)["samples"][place]
    assert ahead(message) != message
    assert read(kind, ahead(message)) == read(kind, message)


@pytest.mark.parametrize("kind", ["article", "media-item"])
def test_unknown_fields_of_publishers_are_counted(kind):
    count = UNKNOWN_FIELDS.labels("evolution")._value
    before = count.get()
    read(kind, {**landed.load(kind)["samples"][0], "pubished_at": "2026", "more": 1})
    assert count.get() == before + 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_contract_breaks_nothing_of_the_landed_one(kind):
    assert landed.changes(kind, landed.load(kind)) == []


def test_every_kind_of_message_is_recorded():
    assert {path.stem for path in landed.FOLDER.iterdir()} == set(KINDS) == set(SAMPLES)
    assert {name for name, message in MESSAGES.items() if message.model} == set(KINDS)


def changed_schema(model, mode, change):
    """Returns the schema of a model, and the same after a change."""
    old = model.model_json_schema(mode=mode, schema_generator=landed.MessageSchema)
    new = copy.deepcopy(old)
    change(new)
    return old, new


NARROWINGS = {
    "the field is gone": lambda s: s["properties"].pop("section"),
    "the field of a part is gone": lambda s: s["$defs"]["MediaReference"]["properties"].pop("caption"),
    "a field is required": lambda s: s["required"].append("source"),
    "a text is shorter": lambda s: s["properties"]["headline"].update(maxLength=100),
    "a text has a limit": lambda s: s["properties"]["body"].update(maxLength=10**6),
    "a text may not be empty": lambda s: s["properties"]["source"].update(minLength=1),
    "a list is shorter": lambda s: s["properties"]["media"].update(maxItems=8),
    "a value is gone": lambda s: s["properties"]["op"].update(enum=["upsert"]),
    "a field may not be null": lambda s: s["properties"].update(url={"type": "string", "maxLength": 4096}),
    "another type": lambda s: s["properties"].update(source={"type": "integer"}),
    "a pattern is asked for": lambda s: s["properties"]["source"].update(pattern="^[a-z]*$"),
    "a number is smaller": lambda s: s["$defs"]["Spot"]["properties"]["depth"]["anyOf"][0].update(maximum=0.5),
    "unknown fields are refused": lambda s: s.update(additionalProperties=False),
    "a tuple is longer": lambda s: s["$defs"]["Spot"]["properties"]["box"]["anyOf"][0]["prefixItems"].append(
        {"type": "number"}
    ),
}
WIDENINGS = {
    "nothing": lambda _: None,
    "a field more": lambda s: s["properties"].update(more={"type": "string"}),
    "a longer text": lambda s: s["properties"]["headline"].update(maxLength=20_000),
    "a value more": lambda s: s["properties"]["op"].update(enum=["upsert", "retract", "correct"]),
    "a field may be null": lambda s: s["properties"].update(source={"anyOf": [{"type": "string"}, {"type": "null"}]}),
    "a field is optional": lambda s: s["required"].remove("id"),
}


@pytest.mark.parametrize("change", NARROWINGS.values(), ids=NARROWINGS)
def test_a_narrower_schema_is_noticed(change):
    assert unreadable(*changed_schema(Article, "validation", change)) != []


@pytest.mark.parametrize("change", WIDENINGS.values(), ids=WIDENINGS)
def test_a_wider_schema_reads_all_that_was_read(change):
    assert unreadable(*changed_schema(Article, "validation", change)) == []


@pytest.mark.parametrize(
    ("breaks", "change"),
    [
        (False, lambda _: None),
        (False, lambda s: s["properties"].update(more={"type": "string"})),
        (False, lambda s: s["properties"]["kind"]["enum"].append("corrected")),
        (True, lambda s: s["properties"].pop("confidence")),
        (True, lambda s: s["required"].remove("confidence")),
        (True, lambda s: s["properties"].update(confidence={"anyOf": [{"type": "number"}, {"type": "null"}]})),
        (True, lambda s: s["properties"].update(id={"type": "integer"})),
        (True, lambda s: s["$defs"]["Evidence"]["properties"].pop("sentence")),
        (True, lambda s: s["properties"]["object"]["anyOf"].append({"type": "string"})),
    ],
)
def test_a_change_that_readers_do_not_expect_is_noticed(breaks, change):
    assert bool(broken_for_readers(*changed_schema(Triple, "serialization", change))) is breaks


def test_the_relation_of_the_samples_is_in_the_ontology():
    assert "P169" in {relation.id for relation in load_ontology(settings().ontology).relations}
