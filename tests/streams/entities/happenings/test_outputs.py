"""What the stage publishes on happenings, and that it is enough to go on from."""

import asyncio

import pytest

from streams.entities import stage as entities_stage
from streams.entities.happenings.versions import Versions
from streams.entities.stage import EntitiesStage
from streams.messages.cloud_events import CE_TYPES
from streams.messages.events import Alias, Naming
from streams.messages.happening_events import Story
from streams.road.stage import Item
from tests.streams.entities.happenings.reporting import (
    DENIED,
    ELSEWHERE,
    LATER,
    NEXT_DAY,
    STRUCK,
    WEEK_AFTER,
    Topic,
    naming,
    record,
)
from topology.topics import ENTITIES, TRIPLES

ALL = (STRUCK, LATER, DENIED, NEXT_DAY, ELSEWHERE, WEEK_AFTER)


@pytest.fixture
def topic(monkeypatch):
    made = Topic()
    monkeypatch.setattr(entities_stage, "read_partition", made.read)
    return made


def run(stage, *namings, generation=1):
    records = [record(one, i, generation=generation) for i, one in enumerate(namings)]
    return asyncio.run(stage.process([Item(record, stage.parse(record)) for record in records]))


def of_type(outputs, event, topic=TRIPLES.name):
    wanted = CE_TYPES[event].encode()
    chosen = [one for one in outputs if one.topic == topic and dict(one.headers).get("ce_type") == wanted]
    return [event.model_validate_json(one.value) for one in chosen]


def ids(*namings: Naming):
    return [one.happenings[0].happening.id for one in namings]


def happenings(outputs, topic=TRIPLES.name):
    """Returns the first report, by that of each alias; None after a split."""
    found = [one for one in of_type(outputs, Alias, topic) if one.alias.type == "happening"]
    assert {one.reason for one in found} <= {"happening"}
    return {one.id: one.canonical.id if one.canonical else None for one in found}


@pytest.mark.usefixtures("topic")
def test_decisions_go_to_the_graph_and_to_all_workers():
    outputs = run(EntitiesStage(), *ALL)
    first, *others = ids(STRUCK, LATER, DENIED, NEXT_DAY)
    assert happenings(outputs) == happenings(outputs, ENTITIES.name) == dict.fromkeys(others, first)
    stories = of_type(outputs, Story)
    assert stories == of_type(outputs, Story, ENTITIES.name)
    assert {one.id for one in stories} == set(ids(STRUCK, ELSEWHERE, WEEK_AFTER))
    assert len({one.story for one in stories}) == 1
    assert {one.happening.class_ for one in stories} == {"attack"}
    on_triples = [one for one in outputs if one.topic == TRIPLES.name and b"happening" in (one.value or b"")]
    assert {one.key.decode() for one in on_triples} == set(ids(*ALL))


def test_both_decisions_on_a_happening_outlive_compaction(topic):
    stage = EntitiesStage()
    topic.publish(run(stage, *ALL))
    topic.publish(run(stage, naming(STRUCK.id)))
    kept = [record.header("ce_type") for record in topic.records.values()]
    assert kept.count(b"triplewire.story") == 3
    assert kept.count(b"triplewire.remembered-report") == 5


def test_who_takes_over_goes_on_where_the_other_was(topic):
    topic.publish(run(EntitiesStage(), STRUCK, LATER, ELSEWHERE, WEEK_AFTER))
    outputs = run(EntitiesStage(), DENIED, NEXT_DAY, generation=2)
    again = happenings(outputs)
    first, later = ids(STRUCK, LATER)
    assert again == dict.fromkeys([later, *ids(DENIED, NEXT_DAY)], first)
    other = run(EntitiesStage(), naming(STRUCK.id), generation=3)
    assert happenings(other)[later] is None


def test_what_a_crash_lost_is_said_by_who_takes_over(topic):
    before = run(EntitiesStage(), STRUCK, LATER)
    topic.publish(before)
    # Both know, so that only what the crash lost can be said again.
    stage = EntitiesStage()
    topic.publish(run(stage, ELSEWHERE))
    lost = run(stage, DENIED, naming(STRUCK.id))
    # On `entities` all is well, on `triples` nobody knows.
    topic.publish(lost)
    outputs = run(EntitiesStage(), ELSEWHERE, generation=2)
    told = happenings(lost)
    said = happenings(outputs)
    assert {id_: said[id_] for id_ in said if id_ in told} == {i: f for i, f in told.items() if i not in ids(STRUCK)}
    assert said.keys() >= told.keys() - set(ids(STRUCK))


def test_a_withdrawn_report_leaves_nothing_on_the_topic(topic):
    stage = EntitiesStage()
    topic.publish(run(stage, *ALL))
    topic.publish(run(stage, naming(STRUCK.id)))
    gone = ids(STRUCK)[0].encode()
    assert [key for key in topic.records if gone in key] == []
    # Only the last batch's note has it, until the next decisions: on `triples` they may not have arrived.
    assert [key for key, record in topic.records.items() if gone in record.value] == [b"retell:happenings"]
    stage = EntitiesStage()
    outputs = run(stage, *ALL[1:], generation=2)
    assert happenings(outputs)[gone.decode()] is None
    topic.publish(outputs)
    topic.publish(run(stage, naming(ALL[-1].id), generation=2))
    assert gone not in b"".join([*topic.records, *(record.value for record in topic.records.values())])


@pytest.mark.usefixtures("topic")
def test_what_is_repeated_says_nothing():
    stage = EntitiesStage()
    run(stage, *ALL)
    assert run(stage, *ALL) == []


def test_old_reports_are_forgotten_and_their_decisions_hold(topic, monkeypatch):
    stage = EntitiesStage()
    monkeypatch.setattr(stage, "_most_reports", 4)
    topic.publish(run(stage, *ALL))
    kept = [key for key in topic.records if key.startswith(b"remembered:")]
    reports = [key for key in kept if key.removeprefix(b"remembered:").decode() in ids(*ALL)]
    assert len(reports) == 4
    aliases = [record for record in topic.records.values() if record.header("ce_type") == b"triplewire.alias"]
    assert len([record for record in aliases if b'"happening"' in record.value]) == 3


def test_what_only_the_graph_heard_is_taken_back_by_who_takes_over(topic):
    """Of a crashed worker's batch the decisions arrived on `triples`, and nothing on `entities`."""
    topic.publish(run(EntitiesStage(), STRUCK))
    (later,) = ids(LATER)
    assert happenings(run(EntitiesStage(), LATER)) == {later: ids(STRUCK)[0]}
    # By now the document reports nothing any more, and both of its versions are in one batch.
    outputs = run(EntitiesStage(), LATER, naming(LATER.id), generation=2)
    assert happenings(outputs)[later] is None
    assert b"remembered:" + later.encode() in {one.key for one in outputs if one.value is None}


def received(naming_, second, offset=0):
    return record(naming_, offset, headers=(("ce_time", f"2026-06-01T08:00:{second:02}.000Z".encode()),))


@pytest.mark.usefixtures("topic")
@pytest.mark.parametrize("together", [True, False])
def test_a_version_that_a_newer_one_has_overtaken_changes_nothing(together):
    """A frozen worker of the news stage publishes it late."""
    stage = EntitiesStage()
    run(stage, STRUCK)
    late = [received(naming(LATER.id), 2), received(LATER, 1, 1)]
    outputs = []
    for batch in [late] if together else [[one] for one in late]:
        outputs += asyncio.run(stage.process([Item(record, stage.parse(record)) for record in batch]))
    assert ids(LATER)[0] not in happenings(outputs)
    newer = received(LATER, 3, 2)
    outputs = asyncio.run(stage.process([Item(newer, stage.parse(newer))]))
    assert happenings(outputs) == {ids(LATER)[0]: ids(STRUCK)[0]}


def test_versions_are_kept_in_bounded_space():
    versions = Versions(most=2)
    assert not versions.overtaken("a", "2026-06-01T08:00:02Z")
    assert versions.overtaken("a", "2026-06-01T08:00:01Z")
    assert not versions.overtaken("a", "2026-06-01T08:00:02Z")
    assert not versions.overtaken("a", "some day")
    for other in "bc":
        assert not versions.overtaken(other, "2026-06-01T08:00:02Z")
    assert not versions.overtaken("a", "2026-06-01T08:00:01Z")
