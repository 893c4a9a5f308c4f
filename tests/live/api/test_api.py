"""The API over a real graph: what it finds, as of which time, page by page, and what it refuses."""

import asyncio

import httpx
import pytest
from neo4j.exceptions import ClientError, Neo4jError

from streams.api import reading
from streams.api.app import create_app
from streams.api.reading import BoundedReader
from streams.messages.events import Entity, EntityMention, Predicate
from tests.streams.sink.happening_sample import KYIV, ODESA, RUSSIA, happening, told
from tests.streams.sink.sample import APPLE, TIM, TOPIC, at, document, merged, row, triple, worded

pytestmark = pytest.mark.live

ANN = Entity.of("Ann Lee", "person")
OWNER = Predicate(id="P127", name="owned by")
INC = Entity.of("Apple Inc", "organization")
DAY = 24 * 60


@pytest.fixture
async def api(neo4j, driver):
    # The planner takes its time over the first query of each kind while other tests have the machine.
    app = create_app(neo4j.model_copy(update={"serve_query_seconds": 60.0}), driver)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


async def written(driver, writer, *events):
    await writer.write([((TOPIC, 0, offset), row(event)) for offset, event in enumerate(events)])
    await driver.execute_query("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")


async def a_change_of_office(driver, writer):
    """Three articles say on day 0 that Tim leads Apple, and three on day 10 that Ann does."""
    await written(
        driver,
        writer,
        *(
            event
            for holder, first, words in ((TIM, 0, "Apple is led by Tim Cook"), (ANN, 10 * DAY, "Ann Lee leads Apple"))
            for n in range(3)
            for event in (
                document(f"{holder.name} {n}", observed=first + n, source="Desk"),
                worded(
                    triple(f"{holder.name} {n}", object_=holder, observed=first + n, confidence=0.9), f"{words}, {n}."
                ),
            )
        ),
        merged(INC, APPLE),
        document("i", observed=11 * DAY),
        worded(triple("i", subject=INC, object_=ANN, observed=11 * DAY), "Apple Inc has Ann Lee."),
    )


async def ok(api, path, **parameters):
    answer = await api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_names_are_found_by_words_beginnings_mistakes_and_aliases(api, driver, writer):
    await a_change_of_office(driver, writer)
    for typed, found in (("tim", "Tim Cook"), ("COOK ti", "Tim Cook"), ("ann leee", "Ann Lee")):
        assert [hit["name"] for hit in (await ok(api, "/v1/search", q=typed))["items"]] == [found], typed
    assert (await ok(api, "/v1/search", q="Tim Cok"))["items"] == []
    (apple,) = (await ok(api, "/v1/search", q="apple inc"))["items"]
    assert (apple["id"], apple["exact"], apple["matched"]) == (APPLE.id, True, ["Apple Inc"])
    assert (await ok(api, "/v1/search", q="apple", type="person"))["items"] == []
    for hostile in ('"', "a) OR (name:*", "~", "name:Apple AND *:*", "\\"):
        assert (await api.get("/v1/search", params={"q": hostile})).status_code == 200


async def test_names_with_stop_words_apostrophes_dots_and_accents_are_found(api, driver, writer):
    names = {
        "Will Smith": ("will smi", "Will Smith"),
        "Will": ("Will",),
        "Bank of America": ("bank of", "the bank america"),
        "Conan O'Brien": ("o'bri", "Conan O\u2019Brien"),
        "U.S. Steel": ("U.S.", "u.s. steel"),
        "Ang\u00e9lique Kidjo": ("angeliq", "ang\u00e9", "Ange\u0301lique"),
        "\u0939\u093f\u0928\u094d\u0926\u0940": ("\u0939\u093f\u0928\u094d\u0926\u0940",),
    }
    people = [Entity.of(name, "person") for name in names]
    named = tuple(EntityMention(entity=one) for one in people)
    facts = [triple("a", object_=one, start=n) for n, one in enumerate(people)]
    await written(driver, writer, document("a", mentions=named), *facts)
    for name, ways in names.items():
        for typed in ways:
            hits = (await ok(api, "/v1/search", q=typed))["items"]
            assert (hits[0]["name"], hits[0]["mentions"]) == (name, 1), typed


async def test_who_holds_an_office_depends_on_the_time_asked_about(api, driver, writer):
    await a_change_of_office(driver, writer)

    async def chiefs(**asked):
        page = await ok(api, f"/v1/entities/{APPLE.id}/facts", relation="P169", **asked)
        return {fact["object"]: fact for fact in page["items"]}

    assert set(await chiefs()) == {"Ann Lee"}
    assert set(await chiefs(at=at(5 * DAY).isoformat())) == {"Tim Cook"}
    assert set(await chiefs(at=at(12 * DAY).isoformat())) == {"Ann Lee"}
    assert set(await chiefs(at=at(-1).isoformat())) == set()
    tim = (await chiefs(ended=True))["Tim Cook"]
    assert (tim["holds"], tim["standing"], tim["closed_by"]) == (False, "closed", "Ann Lee")
    assert tim["evidence"][0]["sentence"].startswith("Apple is led by Tim Cook")


async def test_a_fact_begins_when_its_text_says_even_if_nothing_contradicts_it(api, driver, writer):
    since_2019, never = triple("a", since="2019"), triple("a", subject=INC, object_=ANN, since="2026-02-31")
    await written(driver, writer, document("a"), since_2019, never)
    path = f"/v1/entities/{APPLE.id}"
    for when, holders in (("2018-12-31", []), ("2019-01-01", ["Tim Cook"]), ("2026-12-01", ["Tim Cook"])):
        assert [one["object"] for one in (await ok(api, f"{path}/facts", at=when))["items"]] == holders, when
    (fact,) = (await ok(api, f"{path}/facts"))["items"]
    (episode,) = (await ok(api, f"{path}/history"))["items"]
    assert fact["since"] == episode["since"] == "2019-01-01T00:00:00Z"
    (fact,) = (await ok(api, f"/v1/entities/{INC.id}/facts"))["items"]
    assert fact["since"] == at(0).isoformat().replace("+00:00", "Z")


async def test_a_fact_that_was_over_when_it_was_first_reported_does_not_begin_after_its_end(api, driver, writer):
    former = triple("a", modality="past", until="2020")
    await written(driver, writer, document("a"), former)
    path = f"/v1/entities/{APPLE.id}"
    (fact,) = (await ok(api, f"{path}/facts", ended=True))["items"]
    (episode,) = (await ok(api, f"{path}/history"))["items"]
    assert fact["since"] <= fact["until"] == episode["until"]
    assert fact["until"].startswith("2020")
    assert episode["since"] <= episode["until"]


async def test_a_claim_has_only_what_was_said_by_the_time_asked_about(api, driver, writer):
    planned = [
        worded(triple(f"p{n}", modality="planned", observed=n * DAY, attributed_to=who, since=str(2027 + n)), words)
        for n, (who, words) in enumerate(((TIM, "Tim says so."), (ANN, "Ann says so.")))
    ]
    events = [event for n, one in enumerate(planned) for event in (document(f"p{n}", observed=n * DAY), one)]
    await written(driver, writer, *events)
    path = f"/v1/entities/{APPLE.id}/claims"
    assert (await ok(api, path, at=at(-1).isoformat()))["items"] == []
    (early,) = (await ok(api, path, at=at(1).isoformat()))["items"]
    (late,) = (await ok(api, path))["items"]
    assert [one["sentence"] for one in early["evidence"]] == ["Tim says so."]
    assert len(late["evidence"]) == 2


async def test_pages_join_to_the_whole_without_gap_or_repeat(api, driver, writer):
    people = [Entity.of(f"Person {n}", "person") for n in range(7)]
    events = [document("a"), *(triple("a", object_=one, start=n) for n, one in enumerate(people))]
    await written(driver, writer, *events)
    path = f"/v1/entities/{APPLE.id}/facts"
    whole = [fact["id"] for fact in (await ok(api, path, ended=True))["items"]]
    joined, cursor = [], None
    while True:
        page = await ok(api, path, ended=True, limit=3, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= 3
        joined += [fact["id"] for fact in page["items"]]
        if (cursor := page["next"]) is None:
            break
        other = await api.get(path, params={"limit": 3, "cursor": cursor})
        assert (other.status_code, other.json()["type"]) == (400, "urn:triplewire:bad-cursor")
    assert len(whole) == 7
    assert joined == whole


async def test_pages_of_history_have_each_fact_once_whatever_its_direction_and_periods(api, driver, writer):
    people = [Entity.of(f"Person {n}", "person") for n in range(4)]
    firms = [Entity.of(f"Firm {n}", "organization") for n in range(2)]
    days = [(TIM, 0), (ANN, 20), (TIM, 40), (ANN, 60)]
    changes = [
        event
        for holder, day in days
        for n in range(3)
        for event in (
            document(f"{day} {n}", observed=day * DAY + n),
            worded(triple(f"{day} {n}", object_=holder, observed=day * DAY + n, confidence=0.9), f"On {day}, {n}."),
        )
    ]
    owns = [triple("a", subject=one, object_=APPLE, predicate=OWNER, start=n) for n, one in enumerate(firms)]
    owned = [triple("a", object_=one, predicate=OWNER, start=n + 9) for n, one in enumerate((*people, INC))]
    await written(driver, writer, *changes, document("a"), *owns, *owned, merged(INC, APPLE))
    path = f"/v1/entities/{APPLE.id}/history"
    whole = (await ok(api, path, limit=100))["items"]
    assert len(whole) > len({one["fact"] for one in whole}) == 9
    for limit in (1, 2, 4):
        joined, cursor = [], None
        for _ in range(10):
            page = await ok(api, path, limit=limit, **({"cursor": cursor} if cursor else {}))
            joined += page["items"]
            if (cursor := page["next"]) is None:
                break
        assert sorted(map(str, joined)) == sorted(map(str, whole)), limit


async def test_a_page_of_much_reported_happenings_is_read_in_parts(api, driver, writer, monkeypatch):
    roles = {"who": RUSSIA, "where": (KYIV, ODESA)}
    strikes = [event for n in range(12) for event in told(happening(f"h{n}"), f"h{n}", published=n, roles=roles)]
    await written(driver, writer, *strikes)
    monkeypatch.setattr(reading, "MOST_ROWS", 30)
    whole = (await ok(api, "/v1/happenings", order="latest"))["items"]
    assert [one["day"] for one in whole] == sorted((one["day"] for one in whole), reverse=True)
    assert [set(one["who"]) for one in whole] == [{"who", "where"}] * 12
    first = await ok(api, "/v1/happenings", order="latest", limit=7)
    second = await ok(api, "/v1/happenings", order="latest", limit=7, cursor=first["next"])
    assert first["items"] + second["items"] == whole
    assert second["next"] is None


async def test_evidence_shows_the_sentence_between_its_neighbours(api, driver, writer):
    spans = {"First one.": 0, "Second one.": 40, "Third one.": 80}
    events = []
    for n, (words, start) in enumerate(spans.items()):
        one = worded(triple("a", object_=(TIM, ANN, INC)[n], start=n), words)
        sentence = one.evidence.sentence.model_copy(update={"start": start, "end": start + 30})
        events.append(one.model_copy(update={"evidence": one.evidence.model_copy(update={"sentence": sentence})}))
    await written(driver, writer, document("a", url="https://example.com/a"), *events)
    (proof,) = (await ok(api, f"/v1/evidence/{events[1].fact}"))["items"]
    assert (proof["before"], proof["sentence"], proof["after"]) == tuple(spans)
    assert (proof["article"], proof["url"], proof["sentence_span"]) == ("a", "https://example.com/a", [40, 70])
    assert (await api.get("/v1/evidence/f-none")).json()["type"] == "urn:triplewire:unknown-fact"


async def test_a_name_that_is_unknown_or_ambiguous_comes_with_ids_to_ask_for(api, driver, writer):
    fruit = Entity.of("Apple", "product")
    await written(driver, writer, document("a"), triple("a"), triple("a", subject=fruit, start=1))
    several = await api.get("/v1/entities/Apple")
    assert (several.status_code, several.headers["content-type"]) == (409, "application/problem+json")
    assert {one["id"] for one in several.json()["near"]} == {APPLE.id, fruit.id}
    unknown = await api.get("/v1/entities/Tim Cokk/facts")
    assert unknown.status_code == 404
    assert (await ok(api, "/v1/entities/tim cook"))["id"] == TIM.id


async def test_every_list_answers_on_a_small_graph(api, driver, writer):
    await a_change_of_office(driver, writer)
    for path in ("claims", "history", "timeline", "suggestions", "related"):
        await ok(api, f"/v1/entities/{APPLE.id}/{path}")
    episodes = (await ok(api, f"/v1/entities/{APPLE.id}/history", relation="P169", limit=1))["items"]
    assert len(episodes) == 1
    assert (await ok(api, "/v1/happenings", place="Germany", since="2026"))["items"] == []
    assert (await ok(api, "/v1/stories", q="nothing"))["items"] == []
    assert (await ok(api, "/v1/statistics"))["counts"]["articles"] == 7


async def test_an_answer_that_is_known_is_not_sent_again(api, driver, writer):
    await a_change_of_office(driver, writer)
    path = f"/v1/entities/{APPLE.id}"
    first = await api.get(path)
    again = await api.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await api.get(f"/v1/entities/{TIM.id}", headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200


async def test_a_query_cannot_write_and_cannot_last(driver):
    reader = BoundedReader(driver, seconds=1, queries=1)
    with pytest.raises(ClientError, match=r"(?i)read"):
        await reader.execute_query("CREATE (:Entity {id: 'never'})")
    with pytest.raises((Neo4jError, TimeoutError)):
        await reader.execute_query("UNWIND range(1, 100000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b) AS n")
    assert (await reader.execute_query("MATCH (n) RETURN count(n) AS n")).records[0]["n"] == 0


async def test_a_client_with_slow_queries_leaves_room_for_others(driver):
    reader = BoundedReader(driver, seconds=60, queries=2)
    slow = "UNWIND range(1, 100000) AS a UNWIND range(1, 1000000) AS b RETURN sum(a * b) AS n"
    greedy = [asyncio.create_task(reader.for_request("greedy").execute_query(slow)) for _ in range(4)]
    await asyncio.sleep(0)
    answer = await reader.for_request("modest").execute_query("RETURN 1 AS n")
    assert answer.records[0]["n"] == 1
    assert not any(task.done() for task in greedy)
    for task in greedy:
        task.cancel()
    assert all(isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(*greedy, return_exceptions=True))
    # What was cancelled holds nothing.
    for _ in range(3):
        assert (await reader.for_request("greedy").execute_query("RETURN 1 AS n")).records


async def test_the_queries_of_a_request_have_a_time_in_common(api, driver, writer, monkeypatch):
    await a_change_of_office(driver, writer)
    path = f"/v1/entities/{APPLE.id}/timeline"
    await ok(api, path)
    monkeypatch.setattr(reading, "QUERIES_OF_REQUEST", 0)
    late = await api.get(path)
    assert (late.status_code, late.json()["type"]) == (504, "urn:triplewire:too-slow")
    # Counting everything has no time in common with others.
    await ok(api, "/v1/statistics")
