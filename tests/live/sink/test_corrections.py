"""Corrections in a real graph: they outlast what arrives before and after them, and leave nothing when withdrawn."""

import asyncio
from itertools import permutations

import httpx
import pytest

from streams.agents.tools import Tools
from streams.api.app import create_app
from streams.api.reading import BoundedReader
from streams.api.tokens import entry, new_token
from streams.corrections.erasing import ERASED, forget, words_of
from streams.corrections.sending import send
from streams.corrections.stage import CorrectionsStage
from streams.desk import views
from streams.desk.corrections.views import corrections
from streams.desk.history import history
from streams.exports.reading import WholeGraph
from streams.exports.records import Confirmation, FactRecord
from streams.messages.correction_events import CLASS_OF, Correction
from streams.messages.events import Document, Entity, Literal_, Predicate
from streams.road.partition import read_partition
from streams.road.publisher import KafkaPublisher
from streams.road.stage import Item, Record
from streams.sink.decode import decode
from tests.streams.sink.happening_sample import happening, told
from tests.streams.sink.sample import (
    APPLE,
    CEO,
    RELATIONS,
    TIM,
    at,
    document,
    merged,
    new_writer,
    placed,
    retraction,
    split,
    triple,
    worded,
)
from topology.graph.snapshot import snapshot
from topology.topics import CORRECTIONS, TRIPLES

pytestmark = pytest.mark.live

ANN = Entity.of("Ann Lee", "person")
INC = Entity.of("Apple Inc", "organization")
OWNER = Predicate(id="P127", name="owned by")
NEAR = Predicate(id="X1", name="near")
"""A relation that is not in the ontology: its facts are not judged, so their ends are not locked for that."""
DAY = 24 * 60


def correct(kind, minute=60.0, *, object_=TIM, predicate=CEO, subject=APPLE):
    made = Correction.of(kind, subject, by="eve", why="wrong man", predicate=predicate, object=object_)
    return made.model_copy(update={"at": at(minute)})


def withdrawn(correction, minute=120.0):
    return Correction(id=correction.id, op="withdraw", by="eve", why="it was right", at=at(minute))


async def write(driver, *events, first=0, partition=0):
    await new_writer(driver).write(placed(*events, first=first, partition=partition))


async def facts(driver, of=APPLE):
    return {one["object"]: one for one in await views.facts(driver, of.id)}


async def holding(driver, of=APPLE):
    return {one["object"] for one in await views.facts(driver, of.id) if one["holds"]}


async def graph_of(driver, *events):
    """Returns the graph that events leave, written one by one."""
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    for n, event in enumerate(events):
        await write(driver, event, first=n)
    return await snapshot(driver)


REPORTS = (
    document("a"),
    triple("a"),
    document("a", revision="2", observed=5),
    triple("a", revision="2", observed=5),
    document("b", observed=6),
    worded(triple("b", observed=6), "Tim Cook runs Apple."),
)


async def test_a_forbidden_fact_does_not_hold_whatever_states_it_again(driver):
    await write(driver, *REPORTS[:2])
    assert await holding(driver) == {"Tim Cook"}
    await write(driver, correct("forbid"), first=2)
    assert await holding(driver) == set()
    await write(driver, *REPORTS[2:], first=3)
    assert await holding(driver) == set()
    fact = (await facts(driver))["Tim Cook"]
    assert fact["corrected"] == {
        "id": correct("forbid").id, "kind": "forbid", "by": "eve", "why": "wrong man", "at": at(60)
    }  # fmt: skip
    assert (fact["retracted_at"], len(fact["evidence"])) == (at(60), 2)
    (episode,) = await history(driver, APPLE.id)
    assert (episode.standing, episode.corrected["why"]) == ("forbidden", "wrong man")
    assert not episode.held(at(30))
    await write(driver, withdrawn(correct("forbid")), first=7)
    assert await holding(driver) == {"Tim Cook"}
    assert (await facts(driver))["Tim Cook"]["corrected"] is None


async def test_the_order_of_arrival_and_repetitions_change_nothing(driver):
    forbid = correct("forbid")
    parts = (REPORTS[:4], REPORTS[4:], (forbid,))
    graphs = [await graph_of(driver, *(event for part in order for event in part)) for order in permutations(parts)]
    graphs.append(await graph_of(driver, forbid, *REPORTS, forbid, *REPORTS))
    await driver.execute_query("MATCH (n) DETACH DELETE n")
    await write(driver, *REPORTS, forbid, *REPORTS)
    graphs.append(await snapshot(driver))
    assert all(graph == graphs[0] for graph in graphs)


@pytest.mark.parametrize(
    "correction",
    [
        correct("forbid"),
        correct("forbid", object_=ANN),
        correct("confirm"),
        correct("confirm", object_=ANN),
        correct("confirm", object_=Literal_(value="5"), predicate=OWNER, subject=INC),
    ],
)
async def test_a_withdrawn_correction_leaves_the_graph_that_would_be_without_it(driver, correction):
    events = (*REPORTS, merged(INC, APPLE), worded(triple("c", subject=INC, object_=ANN, observed=7), "Ann leads."))
    without = await graph_of(driver, *events)
    place = len(events) // 2
    late = withdrawn(correction)
    assert await graph_of(driver, *events, correction) != without
    assert await graph_of(driver, *events[:place], correction, *events[place:], late) == without
    assert await graph_of(driver, correction, *events, late, correction) == without
    assert await graph_of(driver, late, *events, correction) == without


async def test_of_two_corrections_of_a_fact_the_later_counts_in_whatever_order_they_arrive(driver):
    early, late = correct("forbid", 60), correct("confirm", 61)
    for order in ((early, late), (late, early)):
        await graph_of(driver, *REPORTS, *order)
        assert await holding(driver) == {"Tim Cook"}
        assert (await facts(driver))["Tim Cook"]["corrected"]["kind"] == "confirm"


async def test_a_fact_is_forbidden_under_every_name_while_the_names_are_one(driver):
    stated = worded(triple("i", subject=INC, observed=8), "Apple Inc has Tim Cook.")
    await graph_of(driver, merged(INC, APPLE), correct("forbid"), document("i"), stated)
    assert await holding(driver) == set()
    await write(driver, split(INC), first=10)
    assert await holding(driver, INC) == {"Tim Cook"}
    await write(driver, merged(INC, APPLE), first=11)
    assert await holding(driver) == set()


async def test_a_fact_stays_forbidden_under_every_name_when_an_article_on_one_of_them_is_withdrawn(driver):
    stated = worded(triple("i", subject=INC, observed=8), "Apple Inc has Tim Cook.")
    forbid = correct("forbid", subject=INC)
    await graph_of(driver, *REPORTS, merged(INC, APPLE), document("i"), stated, forbid)
    assert await holding(driver) == set()
    await write(driver, retraction("i", observed=70), first=20)
    assert await holding(driver) == set()


async def test_an_erasure_takes_the_article_out_of_the_reasons_and_changes_nothing_else(driver):
    quoting = {"why": 'Wire-77 says: "Apple is  led by Tim Cook, 65."'}
    confirm = correct("confirm").model_copy(update=quoting)
    forbid = correct("forbid", object_=ANN).model_copy(update={"why": "Wire-778 is right."})
    gone = withdrawn(correct("forbid", predicate=OWNER)).model_copy(update={"why": "As wire-77 says."})
    articles = document("wire-77"), triple("wire-77"), *REPORTS[4:]
    await graph_of(driver, *articles, confirm, forbid, correct("forbid", predicate=OWNER), gone)
    before = (await facts(driver))["Tim Cook"]
    erasure = Document(id="wire-77", op="retract", erase=True, observed_at=at(90))
    await write(driver, erasure, first=20)
    reasons = {(one.kind, one.why, one.withdrawn_why) for one in await corrections(driver, withdrawn=True)}
    assert reasons == {
        ("confirm", "(erased)", None), ("forbid", "Wire-778 is right.", None), ("forbid", "wrong man", "(erased)")
    }  # fmt: skip
    texts = await driver.execute_query("MATCH (n) RETURN n.said AS said, n.sentence AS sentence")
    assert not [text for row in texts.records for text in row.values() if text and "Wire-77 " in text]
    after = (await facts(driver))["Tim Cook"]
    assert (after["corrected"]["at"], after["holds"]) == (before["corrected"]["at"], True)


async def test_a_forbidden_holder_closes_nobody(driver):
    ann = [
        event
        for n in range(3)
        for event in (document(f"x{n}"), worded(triple(f"x{n}", object_=ANN, observed=n), f"{n}"))
    ]
    tim = [
        event
        for n in range(3)
        for event in (
            document(f"y{n}", observed=DAY + n),
            worded(triple(f"y{n}", observed=9 * DAY + n), f"Tim {n}"),
        )
    ]
    await graph_of(driver, *ann, *tim)
    assert await holding(driver) == {"Tim Cook"}
    await write(driver, correct("forbid"), first=50)
    assert await holding(driver) == {"Ann Lee"}
    assert (await facts(driver))["Ann Lee"]["invalid_at"] is None


async def test_a_confirmed_fact_holds_without_evidence_and_is_closed_by_a_strong_report_only(driver):
    confirm = correct("confirm", object_=ANN)
    later = document("z", observed=40 * DAY), worded(triple("z", observed=40 * DAY, confidence=0.6), "Tim?")
    await graph_of(driver, *REPORTS, confirm, *later)
    assert await holding(driver) == {"Ann Lee"}
    ann = (await facts(driver))["Ann Lee"]
    assert (ann["confidence"], ann["corrected"]["kind"]) == (1.0, "confirm")
    strong = [
        event
        for n in range(3)
        for event in (
            document(f"s{n}", observed=80 * DAY + n),
            worded(triple(f"s{n}", observed=80 * DAY + n, confidence=0.95), f"Tim {n}."),
        )
    ]
    await write(driver, *strong, first=20)
    assert await holding(driver) == {"Tim Cook"}


async def test_a_fact_survives_the_text_that_stated_it_if_it_is_confirmed(driver):
    await graph_of(driver, document("a"), triple("a"), correct("confirm"), document("a", revision="2", observed=9))
    assert await holding(driver) == {"Tim Cook"}


@pytest.mark.parametrize("corrected_first", [True, False])
async def test_of_two_sinks_that_write_at_once_one_waits_and_sees_what_the_other_wrote(driver, corrected_first):
    # Neo4j locks neither of two nodes with many relationships when it links them, so nothing else makes one sink wait.
    people = [Entity.of(f"Person {n}", "person") for n in range(60)]
    of_apple = [triple("z", predicate=NEAR, object_=one, start=n) for n, one in enumerate(people)]
    of_tim = [triple("z", predicate=NEAR, subject=one, start=n) for n, one in enumerate(people)]
    await write(driver, document("z"), *of_apple, *of_tim)
    stated = placed(document("a"), triple("a", predicate=NEAR), partition=2)
    forbidden = placed(correct("forbid", predicate=NEAR), partition=1)
    first, second = (forbidden, stated) if corrected_first else (stated, forbidden)
    async with driver.session() as session, await session.begin_transaction() as transaction:
        await new_writer(driver)._apply(transaction, first)
        other = asyncio.create_task(new_writer(driver).write(second))
        async with asyncio.timeout(120):
            while not other.done() and not await blocked(driver):
                pass
        await transaction.commit()
    await other
    assert TIM.name not in {one["object"] for one in await views.facts(driver, APPLE.id, limit=100) if one["holds"]}


async def blocked(driver):
    """Returns whether a transaction waits for another one."""
    found = await driver.execute_query(
        "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status"
    )
    return bool(found.records)


async def test_the_class_of_a_happening_is_that_of_the_editor_in_all_of_its_reports(driver):
    one, two = happening("h1"), happening("h2")
    right = Entity.of("accident", "happening_class")
    fixed = correct("class", predicate=CLASS_OF, object_=right, subject=one)

    async def classes():
        found = await driver.execute_query("MATCH (n:Happening) RETURN n.id AS id, n.class AS class")
        return {row["id"]: row["class"] for row in found.records}

    events = [*told(one, "h1", published=0), *told(two, "h2", published=1)]
    without = await graph_of(driver, *events, merged(two, one))
    await graph_of(driver, fixed, *events, merged(two, one))
    assert await classes() == {one.id: "accident", two.id: "accident"}
    await write(driver, split(two), first=40)
    assert await classes() == {one.id: "accident", two.id: two.class_}
    await write(driver, merged(two, one), withdrawn(fixed), first=41)
    assert await snapshot(driver) == without


async def test_an_editor_corrects_and_withdraws_through_the_api_and_kafka(driver, kafka, live_settings, tmp_path):
    file = tmp_path / "tokens.yaml"
    secret, token = new_token("eve", frozenset({"read", "editor"}))
    file.write_text(entry(token))
    declared = live_settings.model_copy(update={"serve_tokens": str(file), "serve_query_seconds": 60.0})
    await write(driver, *REPORTS)
    transport = httpx.ASGITransport(create_app(declared, driver))
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", headers=headers) as api:
        (fact,) = (await api.get(f"/v1/entities/{APPLE.id}/facts")).json()["items"]
        wanted = {"kind": "forbid", "fact": fact["id"], "why": "a reprint", "by": "somebody else"}
        sent = await api.post("/v1/corrections", json=wanted)
        assert (sent.status_code, sent.json()["by"]) == (202, "eve")
        offset = 100 + await passed_on(driver, kafka, sent.json()["id"], first=100)
        (shown,) = (await api.get("/v1/corrections", params={"entity": APPLE.id})).json()["items"]
        assert (shown["subject"], shown["object"], shown["why"], shown["by"]) == (
            "Apple", "Tim Cook", "a reprint", "eve"
        )  # fmt: skip
        (fact,) = (await api.get(f"/v1/entities/{APPLE.id}/facts", params={"ended": True})).json()["items"]
        assert (fact["holds"], fact["corrected"]["why"]) == (False, "a reprint")
        unclear = await api.post("/v1/corrections", json=wanted | {"fact": "f-0"})
        assert (unclear.status_code, unclear.json()["type"]) == (422, "urn:triplewire:unclear-correction")
        assert (await api.post("/v1/corrections/k-0/withdrawal", json={"why": "x"})).status_code == 404
        back = await api.post(f"/v1/corrections/{shown['id']}/withdrawal", json={"why": "it was right"})
        assert (back.status_code, back.json()["op"]) == (202, "withdraw")
        await passed_on(driver, kafka, shown["id"], first=offset)
        (fact,) = (await api.get(f"/v1/entities/{APPLE.id}/facts")).json()["items"]
        assert (fact["holds"], fact["corrected"]) == (True, None)
        assert (await api.get("/v1/corrections")).json()["items"] == []
        (shown,) = (await api.get("/v1/corrections", params={"withdrawn": True})).json()["items"]
        assert shown["withdrawn_why"] == "it was right"


async def test_an_agent_is_shown_who_confirmed_a_fact_that_no_article_states(driver):
    await graph_of(driver, *REPORTS, correct("confirm", object_=ANN), correct("forbid"))
    tools = Tools(BoundedReader(driver, seconds=60, queries=4), "neo4j")
    (ann,) = (await tools.facts(APPLE.id)).items
    assert (ann.object, ann.corrected.kind, ann.corrected.by, ann.corrected.why) == (
        "Ann Lee", "confirm", "eve", "wrong man"
    )  # fmt: skip
    assert (await tools.evidence(ann.id)).items == []
    ended = {one.object: one for one in (await tools.facts(APPLE.id, ended=True)).items}
    assert ended["Tim Cook"].corrected.kind == "forbid"


async def test_what_an_editor_confirms_is_exported_as_such_and_what_one_forbids_is_not(driver):
    await graph_of(driver, *REPORTS, correct("confirm", object_=ANN), correct("forbid"))
    exported = [one async for one in WholeGraph(driver, ended=True).records() if isinstance(one, FactRecord)]
    ((ann, confirmed),) = ((one.object.name, one.confirmed) for one in exported if one.property == CEO.id)
    assert (ann, confirmed) == ("Ann Lee", Confirmation(correct("confirm", object_=ANN).id, "eve", "wrong man", at(60)))


async def test_an_erasure_rewrites_the_last_correction_on_kafka_with_its_first_time(kafka, live_settings):
    naming = Correction.of("forbid", INC, by="eve", why="See wire-99!", predicate=CEO, object=ANN)
    other = Correction.of("forbid", INC, by="eve", why="See wire-998.", predicate=CEO, object=TIM)
    for one in (naming, other):
        await send(live_settings, one, source="test")
    before = await last_said(kafka)
    publisher = KafkaPublisher("erase", kafka)
    await publisher.start()
    try:
        assert await forget(kafka, words_of(["wire-99"]), publisher.publish) == 1
        assert await forget(kafka, words_of(["wire-99"]), publisher.publish) == 0
    finally:
        await publisher.stop()
    after = await last_said(kafka)
    assert after[naming.id] == before[naming.id].model_copy(update={"why": ERASED})
    assert after[other.id] == before[other.id]


async def last_said(kafka):
    """Returns the last of each correction as the stage passes it on, by id."""
    stage = CorrectionsStage()
    records = [one async for one in read_partition(kafka, CORRECTIONS.name)]
    outputs = await stage.process([Item(one, stage.parse(one)) for one in records])
    return {one.key.decode(): Correction.model_validate_json(one.value) for one in outputs if one.topic == TRIPLES.name}


async def passed_on(driver, kafka, id_, first):
    """Hands all that `corrections` has of one correction to the stage, and what it says to a sink; returns how much."""
    stage = CorrectionsStage()
    records = [one async for one in read_partition(kafka, CORRECTIONS.name) if one.key == id_.encode()]
    outputs = await stage.process([Item(one, stage.parse(one)) for one in records])
    rows = [
        decode(Record(one.topic, 0, 0, 0, one.key, one.value, tuple(one.headers)), RELATIONS)
        for one in outputs
        if one.topic == TRIPLES.name
    ]
    await new_writer(driver).write([((TRIPLES.name, 0, first + n), row) for n, row in enumerate(rows)])
    return len(rows)
