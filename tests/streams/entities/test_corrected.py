"""What editors correct precedes the registry's rules, outlasts what comes later, and ends when it is withdrawn."""

import random
from datetime import timedelta

import pytest

from streams.entities import stage as entities_stage
from streams.entities.memory import name_of
from streams.entities.registry import MentionedName, Registry
from streams.messages.cloud_events import cloud_event_headers
from streams.messages.correction_events import Correction
from streams.messages.events import Entity, EntityMention
from tests.streams.entities.wire import Wire, aliases, record, run
from tests.streams.sink.sample import NOON

FULL, SHORT = Entity.of("Sanae Takaichi", "person"), Entity.of("Takaichi", "person")
OTHER, THING = Entity.of("Erika Takaichi", "person"), Entity.of("Takaichi", "organization")
DOCUMENTS = [
    *((f"full {n}", [MentionedName(name_of(FULL), (name_of(SHORT),))]) for n in range(3)),
    *((f"short {n}", [MentionedName(name_of(SHORT))]) for n in range(4)),
]


def correction(kind, subject, object_=None, minute=0, **fields):
    made = Correction.of(kind, subject, by="eve", why="known", object=object_, **fields)
    return made.model_copy(update={"at": NOON + timedelta(minutes=minute)})


def withdrawn(one, minute=9):
    return Correction(id=one.id, op="withdraw", by="eve", why="no", at=NOON + timedelta(minutes=minute))


def stands_for(registry, entity):
    return registry.canonical(name_of(entity)).name


MERGE, SPLIT = correction("merge", SHORT, OTHER), correction("split", SHORT, FULL)
TYPE = correction("type", SHORT, THING)


@pytest.mark.parametrize(("made", "meant"), [(MERGE, "Erika Takaichi"), (SPLIT, "Takaichi"), (TYPE, "Takaichi")])
def test_an_editor_decides_whatever_documents_come_before_or_after(made, meant):
    for seed in range(6):
        parts = [([one], []) for one in DOCUMENTS] + [([], [made])]
        random.Random(seed).shuffle(parts)  # noqa: S311
        registry = Registry()
        for documents, corrections in parts:
            registry.learn(documents, (), corrections)
        assert stands_for(registry, SHORT) == meant
        assert registry.canonical(name_of(SHORT)).type == ("organization" if made is TYPE else "person")


@pytest.mark.parametrize("made", [MERGE, SPLIT, TYPE])
def test_what_is_withdrawn_is_decided_by_the_rules_again_and_published(made):
    registry = Registry()
    registry.learn(DOCUMENTS, (), [made])
    told = {one.alias.id: one.canonical for one in registry.learn((), (), [withdrawn(made)]).decisions}
    assert told[SHORT.id] == name_of(FULL)
    assert stands_for(registry, SHORT) == "Sanae Takaichi"
    registry.learn(DOCUMENTS, (), [made])
    assert stands_for(registry, SHORT) == "Sanae Takaichi", "an older message than the withdrawal counts no more"


def test_the_last_correction_of_a_name_counts():
    assert MERGE.id == SPLIT.id == TYPE.id
    registry = Registry()
    later = correction("split", SHORT, FULL, minute=5)
    registry.learn(DOCUMENTS, (), [later, MERGE])
    assert stands_for(registry, SHORT) == "Takaichi"


def test_two_names_that_an_editor_splits_stay_apart_although_they_have_one_wikidata_id():
    registry = Registry()
    ids = [correction("wikidata", one, wikidata="Q1") for one in (FULL, OTHER)]
    few = [("a", [MentionedName(name_of(FULL))]), ("b", [MentionedName(name_of(OTHER))])]
    registry.learn(few, (), ids)
    assert stands_for(registry, FULL) == stands_for(registry, OTHER)
    registry.learn((), (), [correction("split", FULL, OTHER)])
    assert (stands_for(registry, FULL), stands_for(registry, OTHER)) == (FULL.name, OTHER.name)


def test_names_that_an_editor_merges_in_a_circle_of_rules_stand_for_the_one_that_he_chose():
    for alias, canonical in ((FULL, SHORT), (SHORT, FULL)):
        registry = Registry()
        registry.learn(DOCUMENTS, (), [correction("merge", alias, canonical)])
        assert stands_for(registry, FULL) == stands_for(registry, SHORT) == canonical.name


def test_a_wikidata_id_is_the_editor_s_until_that_is_withdrawn():
    registry = Registry()
    none, given = correction("wikidata", FULL), correction("wikidata", FULL, wikidata="Q7", minute=1)
    for made, expected in ((none, None), (given, "Q7"), (withdrawn(given), None)):
        told = dict(registry.learn(DOCUMENTS, (), [made]).identities)
        assert told[name_of(FULL)] == expected
        assert registry.memory.known[FULL.id].wikidata == expected


def test_a_corrected_name_is_not_forgotten():
    registry = Registry()
    registry.learn([(f"x{n}", [MentionedName(name_of(Entity.of(f"N{n}", "work")))]) for n in range(30)], (), [MERGE])
    forgotten = registry.forget(1) + registry.forget(1) + registry.forget(1)
    assert forgotten
    assert not {SHORT.id, OTHER.id} & set(forgotten)


def test_a_restored_registry_has_the_corrections(monkeypatch):
    wire = Wire()
    monkeypatch.setattr(entities_stage, "read_partition", wire.read)
    named = (record(f"d{n}", EntityMention(entity=SHORT)) for n in range(3))
    outputs = run(entities_stage.EntitiesStage(), *named, *_records(MERGE))
    assert {(one.alias, one.canonical) for one in aliases(outputs, "triples")} >= {(SHORT, OTHER)}
    wire.publish(outputs)
    again = run(entities_stage.EntitiesStage(), *_records(withdrawn(MERGE)))
    assert any(one.id == SHORT.id and one.op == "split" for one in aliases(again, "triples"))
    # The worker died before the broker had it: whoever takes over says it again.
    wire.publish([one for one in again if b"correction" in dict(one.headers)["ce_type"]])
    assert [one.op for one in aliases(run(entities_stage.EntitiesStage(), *_records(withdrawn(MERGE))), "triples")]


def _records(*corrections):
    for one in corrections:
        base = record("x")
        headers = tuple(cloud_event_headers(one, id_=one.id, source="t", time=NOON))
        yield type(base)(
            base.topic, 0, 0, base.timestamp_ms, one.id.encode(), one.model_dump_json().encode(), headers, 1
        )
