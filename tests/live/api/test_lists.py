"""Lists of the API over a real graph: happenings and stories by filters, pictures, and ids to ask on with."""

import httpx
import pytest

from streams.api.app import create_app
from streams.desk import reported
from streams.messages.base import EntityLocation
from streams.messages.events import MEDIA_TYPE, Entity, MediaFacts, Predicate, Spot
from tests.streams.sink.happening_sample import KYIV, ODESA, RUSSIA, day, happening, in_story, told
from tests.streams.sink.sample import APPLE, TIM, document, merged, placed, retraction, triple

pytestmark = [pytest.mark.live, pytest.mark.timeout(600)]

LVIV = Entity.of("Lviv", "location", EntityLocation(country="UA", latitude=49.8, longitude=24.0))
QUARTER = Entity.of("Podil", "location")
INC = Entity.of("Apple Inc", "organization")
TERRITORY = Predicate(id="P131", name="located in the administrative territorial entity")


@pytest.fixture
async def api(neo4j, driver):
    app = create_app(neo4j.model_copy(update={"serve_query_seconds": 60.0}), driver)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        yield client


async def ok(api, path, **parameters):
    answer = await api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ids(api, path, **parameters):
    return [one["id"] for one in (await ok(api, path, **parameters))["items"]]


STRIKE, RALLY, TALKS, PLAN = (
    happening("s", "attack", "strike"),
    happening("r", "protest", "rally"),
    happening("t", "meeting", "talks"),
    happening("p", "meeting", "summit"),
)


def a_month():
    """A strike in a quarter of Kyiv, a rally in Lviv three days on, talks after ten days, and a plan for the summer."""
    return [
        *told(STRIKE, "s", roles={"who": RUSSIA, "where": QUARTER}),
        *told(RALLY, "r", published=3, roles={"who": TIM, "where": LVIV}),
        *told(TALKS, "t", published=10, roles={"who": RUSSIA, "where": ODESA}),
        *told(PLAN, "p", published=11, modality="planned", roles={"who": RUSSIA, "when": day("2026-06-01")}),
        document("g"),
        triple("g", subject=QUARTER, predicate=TERRITORY, object_=KYIV),
        in_story(STRIKE, "war", "The war"),
        in_story(TALKS, "war", "The war"),
        in_story(RALLY, "rallies", "Rallies of spring"),
    ]


async def test_happenings_and_stories_are_found_by_place_class_and_day(api, writer):
    await writer.write(placed(*a_month()))
    for asked, happened, stories in (
        ({"place": "Kyiv"}, {STRIKE.id}, ["war"]),
        ({"place": "Podil", "class": "attack"}, {STRIKE.id}, ["war"]),
        ({"place": "Ukraine"}, {RALLY.id}, ["rallies"]),
        ({"place": "Odesa", "until": "2026-03-05"}, set(), []),
        ({"class": "meeting"}, {TALKS.id, PLAN.id}, ["war"]),
        ({"since": "2026-03-04", "until": "2026-03"}, {RALLY.id, TALKS.id}, ["rallies", "war"]),
        ({"since": "2026-06"}, {PLAN.id}, []),
        ({}, {STRIKE.id, RALLY.id, TALKS.id, PLAN.id}, ["war", "rallies"]),
    ):
        assert set(await ids(api, "/v1/happenings", **asked)) == happened, asked
        assert await ids(api, "/v1/stories", **asked) == stories, asked
    assert await ids(api, "/v1/happenings", entity="Russia", place="Kyiv") == [STRIKE.id]
    for q, found in (("war", ["war"]), ("spring", []), ("Russia", ["war"]), ("Tim Cook", [])):
        assert await ids(api, "/v1/stories", q=q, **{"class": "meeting"}) == found, q
    first = await ok(api, "/v1/stories", limit=1)
    assert await ids(api, "/v1/stories", limit=1, cursor=first["next"]) == ["rallies"]


async def test_only_the_newest_reports_count_and_the_answer_says_so(api, writer, monkeypatch):
    await writer.write(placed(*a_month()))
    whole = await ok(api, "/v1/happenings")
    assert (len(whole["items"]), whole["reported_since"]) == (4, None)
    monkeypatch.setattr(reported, "MOST_REPORTED", 2)
    newest = await ok(api, "/v1/happenings")
    assert {one["id"] for one in newest["items"]} == {TALKS.id, PLAN.id}
    assert newest["reported_since"] == "2026-03-11T12:00:00Z"
    # The days that are asked about come first, however much was reported since.
    assert await ids(api, "/v1/happenings", until="2026-03-01") == [STRIKE.id]
    monkeypatch.setattr(reported, "MOST_REPORTED", 1)
    assert await ids(api, "/v1/happenings", entity="Russia", until="2026-03-02") == [STRIKE.id]
    assert await ids(api, "/v1/happenings", place="Ukraine", since="2026-03-04") == [RALLY.id]


async def test_a_question_without_filters_reads_as_little_of_a_large_graph_as_of_a_small_one(driver, writer):
    """Neo4j's own count of what it touched: not the time, which says how busy the machine is."""
    statement = "PROFILE " + reported._EVERY + reported.BOUNDED + "RETURN seed.id"
    asked = (await reported.asked(driver, None, reported.Question()))[1] | {"most": 5}
    touched = []
    for first in (0, 100):
        reports = [one for n in range(first, first + 40) for one in told(happening(f"n{n}"), f"n{n}", published=n)]
        await writer.write(placed(*reports, first=first * 10))
        summary = (await driver.execute_query(statement, parameters_=asked)).summary
        touched.append(_hits(summary.profile))
    assert touched[1] <= touched[0] * 1.2


def _hits(plan):
    return plan.get("dbHits", 0) + sum(_hits(one) for one in plan.get("children", ()))


def item(id_, published, **fields):
    media = MediaFacts(kind="picture", uri=f"https://example.org/{id_}.jpg", format="image/jpeg", **fields)
    return document(id_, mentions=(), published_at=None, observed=published).model_copy(update={"media": media})


def shown(id_, whom, confidence, box):
    depicted = triple(
        id_,
        subject=whom,
        predicate=Predicate(id="depicted_in", name="depicted in"),
        object_=Entity(id=id_, name=id_, type=MEDIA_TYPE),
        confidence=confidence,
        kind="inferred",
    )
    proof = depicted.evidence.model_copy(update={"spot": Spot(media=id_, box=box), "field": "caption"})
    return depicted.model_copy(update={"evidence": proof})


async def test_pictures_show_an_entity_with_boxes_and_their_article_page_by_page(api, writer):
    await writer.write(
        placed(
            document("a", url="https://example.org/a"),
            item("m1", 1, article="a", caption="Tim Cook"),
            shown("m1", TIM, 0.9, (1, 2, 30, 40)),
            item("m2", 2),
            shown("m2", TIM, 0.8, (5, 6, 7, 8)),
            item("m3", 3),
            shown("m3", TIM, 0.7, (5, 6, 7, 8)),
            retraction("m3", observed=4).model_copy(update={"media": MediaFacts(kind=None)}),
            document("x"),
            triple("x"),
        )
    )
    newest = await ok(api, "/v1/entities/Tim Cook/pictures", limit=1)
    assert [one["id"] for one in newest["items"]] == ["m2"]
    older = await ok(api, "/v1/entities/Tim Cook/pictures", limit=1, cursor=newest["next"])
    (picture,) = older["items"]
    assert older["next"] is None
    assert (picture["id"], picture["kind"], picture["uri"]) == ("m1", "picture", "https://example.org/m1.jpg")
    assert (picture["article"], picture["url"], picture["caption"]) == ("a", "https://example.org/a", "Tim Cook")
    (spot,) = picture["spots"]
    assert (spot["box"], spot["confidence"], spot["fact"]) == ([1, 2, 30, 40], 0.9, shown("m1", TIM, 1, None).fact)
    assert (await ok(api, "/v1/entities/Apple/pictures"))["items"] == []


async def test_related_entities_and_suggestions_can_be_asked_about_by_their_ids(api, driver, writer):
    await writer.write(placed(document("a"), triple("a"), merged(INC, APPLE), triple("a", subject=INC, start=9)))
    (near,) = (await ok(api, "/v1/entities/Apple Inc/related"))["items"]
    assert (near["id"], near["evidence"]) == (TIM.id, 2)
    await driver.execute_query(
        "MATCH (a {id: $a}), (b {id: $b}) CREATE (a)-[:SUGGESTED {suggestion: 's', predicate: 'owner of', "
        "confidence: 0.2, because: ['so']}]->(b)",
        parameters_={"a": APPLE.id, "b": TIM.id},
    )
    (link,) = (await ok(api, f"/v1/entities/{TIM.id}/suggestions"))["items"]
    assert (link["subject_id"], link["object_id"], link["because"]) == (APPLE.id, TIM.id, ["so"])
