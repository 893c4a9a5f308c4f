"""The registry stage: what it publishes, and that what it published is enough to go on from."""

import asyncio

import pytest

from streams.entities import stage as entities_stage
from streams.entities.stage import EntitiesStage
from streams.messages.cloud_events import cloud_event_headers
from streams.messages.events import Entity, EntityMention, Identity, Naming
from streams.road.stage import ConfigurationError, Output, PoisonError, Record
from tests.streams.entities.wire import Wire, aliases, record, run
from topology.settings import settings
from topology.topics import ENTITIES, MENTIONS, TRIPLES

FULL, SHORT = Entity.of("Sanae Takaichi", "person"), Entity.of("Takaichi", "person")


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire()
    monkeypatch.setattr(entities_stage, "read_partition", made.read)
    return made


def identities(outputs: list[Output]) -> dict[str, str | None]:
    chosen = [o for o in outputs if dict(o.headers)["ce_type"] == b"triplewire.identity"]
    assert {o.topic for o in chosen} <= {TRIPLES.name}
    found = [Identity.model_validate_json(o.value or b"") for o in chosen]
    assert [o.key for o in chosen] == [one.id.encode() for one in found]
    return {one.entity.name: one.wikidata for one in found}


def claim(entity: Entity, wikidata: str | None, generation: int = 1) -> Record:
    event = Identity(id=entity.id, entity=entity, wikidata=wikidata)
    headers = tuple(cloud_event_headers(event, id_=event.id, source="test", time=Record("", 0, 0, 0, None, None).time))
    value = event.model_dump_json().encode()
    return Record(MENTIONS.name, 0, 0, 1_700_000_000_000, event.id.encode(), value, headers, generation)


FIRST = (
    record("a", EntityMention(entity=FULL, names=("Takaichi",))),
    record("b", EntityMention(entity=FULL)),
    record("c", EntityMention(entity=SHORT)),
)


@pytest.mark.usefixtures("wire")
def test_a_decision_goes_to_the_graph_and_to_the_registry_alike() -> None:
    outputs = run(EntitiesStage(), *FIRST)
    (alias,) = aliases(outputs, TRIPLES.name)
    assert (alias.op, alias.alias, alias.canonical) == ("merge", SHORT, FULL)
    assert aliases(outputs, ENTITIES.name) == [alias]
    assert {o.topic for o in outputs} == {TRIPLES.name, ENTITIES.name}


def test_who_takes_over_goes_on_where_the_other_was(wire: Wire) -> None:
    wire.publish(run(EntitiesStage(), *FIRST))
    other = Entity.of("Naoko Takaichi", "person")
    namesakes = [record(f"n{i}", EntityMention(entity=other), generation=2) for i in range(9)]
    outputs = run(EntitiesStage(), *namesakes)
    *_, alias = aliases(outputs, TRIPLES.name)
    assert (alias.op, alias.alias, alias.canonical) == ("split", SHORT, None)


def test_after_a_crash_what_may_be_lost_is_told_again_and_then_no_more(wire: Wire) -> None:
    lost = run(EntitiesStage(), *FIRST)
    wire.publish([o for o in lost if o.key and o.key.startswith(b"remembered:")])
    stage = EntitiesStage()
    assert aliases(run(stage, *FIRST), TRIPLES.name) == aliases(lost, TRIPLES.name)
    assert run(stage, *FIRST) == []


def test_a_rebalance_makes_it_read_again(wire: Wire) -> None:
    stage = EntitiesStage()
    run(stage, record("c", EntityMention(entity=SHORT), generation=1))
    wire.publish(run(EntitiesStage(), *FIRST))
    outputs = run(stage, record("d", EntityMention(entity=SHORT), generation=2))
    assert [a.canonical for a in aliases(outputs, TRIPLES.name)] == [FULL]


@pytest.mark.parametrize(
    "value,reason",
    [
        (None, "null-value"),
        (b"{}", "missing-field"),
        (b"nonsense", "not-json"),
        (
            b'{"id": "a", "revision": "1", "mentions": [{"entity": {"id": "e", "name": 5, "type": "person"}}]}',
            "wrong-field",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(value: bytes | None, reason: str) -> None:
    with pytest.raises(PoisonError) as refused:
        EntitiesStage().parse(Record(MENTIONS.name, 0, 0, 0, b"", value))
    assert refused.value.reason == reason
    assert "pydantic" not in refused.value.message
    assert len(refused.value.message) < 300


BOEING = Entity.of("Boeing", "organization")
WAVERLEY, HAN = Entity.of("Waverley Group", "organization"), Entity.of("韦弗利集团", "organization")
NAMED = [record(f"w{i}", EntityMention(entity=e)) for i, e in enumerate((WAVERLEY, HAN, WAVERLEY))]


@pytest.mark.usefixtures("wire")
def test_what_the_tables_know_is_told_once() -> None:
    stage = EntitiesStage()
    first = run(stage, record("a", EntityMention(entity=BOEING)), *FIRST)
    assert identities(first) == {"Boeing": "Q66"}
    assert run(stage, record("a", EntityMention(entity=BOEING))) == []


def test_a_claim_is_learnt_joins_names_and_outlives_the_worker(wire: Wire) -> None:
    stage = EntitiesStage()
    assert identities(run(stage, *NAMED)) == {}
    outputs = run(stage, claim(WAVERLEY, "Q5"), claim(HAN, "Q5"))
    assert identities(outputs) == {"Waverley Group": "Q5", "韦弗利集团": "Q5"}
    (alias,) = aliases(outputs, TRIPLES.name)
    assert (alias.alias, alias.canonical, alias.reason, alias.wikidata) == (HAN, WAVERLEY, "wikidata", "Q5")
    wire.publish(outputs)
    after = run(EntitiesStage(), claim(HAN, None, generation=2))
    # What is still so is told again: nobody knows whether it was heard.
    assert identities(after) == {"Waverley Group": "Q5", "韦弗利集团": None}
    assert ("split", HAN) in [(a.op, a.alias) for a in aliases(after, TRIPLES.name)]


def test_the_road_may_bring_a_claim_twice_and_in_pieces(wire: Wire) -> None:
    whole = EntitiesStage()
    wire.publish(run(whole, *NAMED, claim(WAVERLEY, "Q5")))
    assert run(whole, claim(WAVERLEY, "Q5"), *NAMED) == []
    again = run(EntitiesStage(), *NAMED, claim(WAVERLEY, "Q5"))
    assert identities(again) == {"Waverley Group": "Q5"}


@pytest.mark.parametrize(
    "name,value,words",
    [
        ("wikidata_sparql", "ftp://example.org/sparql", "not an http or https address"),
        ("wikidata_sparql", "https://me:secret@example.org/sparql", "password"),
        ("wikidata_file", "there-is-none.csv", "No such file"),
    ],
)
def test_settings_that_cannot_work_end_the_worker_with_a_word(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"TRIPLEWIRE_{name.upper()}", value)
    settings.cache_clear()
    try:
        with pytest.raises(ConfigurationError, match=words) as refused:
            asyncio.run(EntitiesStage().start())
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert "secret" not in str(refused.value)


class Wanted:
    """A linker that only notes what it is asked."""

    def __init__(self) -> None:
        self.names: list[tuple[str, str | None]] = []

    def request(self, entity: Entity, claimed: str | None) -> None:
        self.names.append((entity.name, claimed))


@pytest.mark.usefixtures("wire")
def test_what_is_in_no_table_and_not_rare_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, wanted = EntitiesStage(), Wanted()
    monkeypatch.setattr(stage, "_linker", wanted)
    run(stage, *NAMED, *(record(f"b{i}", EntityMention(entity=BOEING)) for i in range(5)))
    assert wanted.names == []
    run(stage, record("w9", EntityMention(entity=WAVERLEY, names=("Waverley",))))
    assert wanted.names == [("Waverley Group", None)]
    run(stage, claim(WAVERLEY, "Q5"))
    run(stage, record("w10", EntityMention(entity=WAVERLEY)))
    assert wanted.names[1:] == [("Waverley Group", "Q5")]


@pytest.mark.parametrize("other", ["", "x" * 1025])
def test_other_names_that_are_no_names_are_refused(other):
    ann = Entity.of("Ann Lee", "person")
    naming = Naming(id="a", revision="1", mentions=(EntityMention(entity=ann, names=(other,)),))
    with pytest.raises(PoisonError, match="wrong-field"):
        EntitiesStage().parse(Record("mentions", 0, 0, 0, b"a", naming.model_dump_json().encode()))
