"""What people are shown of happenings: each once, with its numbers over time, its sources and who doubts it."""

from typing import Any

import pytest
from neo4j import AsyncDriver

from streams.desk.claims import claims
from streams.desk.happening_views import told as numbers
from streams.desk.happenings import happenings
from streams.desk.history import history
from streams.desk.names import UnknownNameError, meant
from streams.desk.stories import named, story
from streams.desk.timeline import timeline
from streams.desk.views import counts, facts
from streams.messages.events import Entity, Literal_, Predicate
from streams.sink.writer import GraphWriter
from tests.streams.sink.happening_sample import (
    COPY,
    DENIED,
    FIRST,
    KYIV,
    MOSCOW,
    RUSSIA,
    SECOND,
    TALKS,
    attack,
    day,
    happening,
    in_story,
    people,
    told,
)
from tests.streams.sink.sample import at, merged, placed, retraction, split, triple, worded
from topology.settings import REPOSITORY

pytestmark = [pytest.mark.live, pytest.mark.timeout(900)]

KREMLIN = Entity.of("The Kremlin", "location")


def together() -> list[Any]:
    """The attack's reports as one happening, in a story with the talks."""
    aliases = [merged(each, FIRST, "happening") for each in (SECOND, COPY, DENIED)]
    return [*attack(), *aliases, in_story(FIRST, "s"), in_story(TALKS, "s")]


async def test_one_happening_with_its_numbers_over_time_its_voices_and_the_denial(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(*together(), merged(KREMLIN, RUSSIA)))
    strike, talks = await happenings(driver)
    assert (strike.id, strike.class_, list(strike.called), strike.day, strike.dated) == (
        FIRST.id,
        "attack",
        ["strike"],
        "2026-03-01",
        True,
    )
    assert {role: list(names) for role, names in strike.fillers.items()} == {"who": ["Russia"], "where": ["Kyiv"]}
    assert numbers(strike.numbers["killed"]) == "12 (Reuters, 1 Mar), later at least 17 (AP, 2 Mar)"
    assert numbers(strike.numbers["injured"]) == "at least 40 (AP, 2 Mar)"
    # The copy in the Daily is an article, but no voice of its own.
    assert (strike.articles, strike.voices, list(strike.sources)) == (4, 3, ["Reuters", "AP", "TASS"])
    assert strike.reports[0].sentence == "A Russian strike killed people in Kyiv."
    assert (strike.modality, strike.standing, strike.story) == ("asserted", "denied by Dmitry Peskov", ("s", "The war"))
    assert (talks.class_, talks.day, talks.dated, talks.standing) == ("meeting", "2026-03-04", False, "")
    assert [each.id for each in await happenings(driver, entity="The Kremlin")] == [FIRST.id, TALKS.id]
    where = {"class_": "meeting"}, {"since": "2026-03-02"}, {"place": "Odesa"}, {"entity": TALKS.id}
    for only in where:
        assert [each.id for each in await happenings(driver, **only)] == [TALKS.id]
    for only in ({"until": "2026-03-03"}, {"place": "Kyiv"}, {"limit": 1}, {"entity": "Kyiv"}):
        assert [each.id for each in await happenings(driver, **only)] == [FIRST.id]
    assert await happenings(driver, since="2026-04") == await happenings(driver, class_="flood") == []
    assert len(await happenings(driver, since="2026-03", until="2026")) == 2


async def test_a_year_that_one_of_many_reports_names_is_not_when_it_happened(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    year = Literal_(value="2021", datatype="xsd:gYear")
    others = [
        each for report in (SECOND, COPY) for each in (*told(report, report.id), merged(report, FIRST, "happening"))
    ]
    await writer.write(placed(*told(FIRST, "r", roles={"when": year})))
    assert [(one.day, one.dated) for one in await happenings(driver)] == [("2021", True)]
    await writer.write(placed(*others, first=50))
    assert [(one.day, one.dated) for one in await happenings(driver)] == [("2026-03-01", False)]


async def test_people_who_are_only_counted_are_shown_with_their_number(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    arrest = happening("p", "arrest", "detained")
    await writer.write(placed(*told(arrest, "p", qualifier="at least", roles={"who": RUSSIA, "whom": people(1200)})))
    assert [one.fillers for one in await happenings(driver)] == [
        {"who": ("Russia",), "whom": ("at least 1,200 people",)}
    ]


async def test_what_is_only_denied_or_planned_says_so_and_what_was_withdrawn_is_not_shown(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    planned = happening("p", "meeting", "summit")
    await writer.write(
        placed(
            *told(DENIED, "d", modality="denied", attributed_to=MOSCOW, roles={"who": RUSSIA}),
            *told(planned, "p", modality="planned", roles={"who": RUSSIA, "when": day("2026-06-01")}),
        )
    )
    assert [(one.standing, one.day) for one in await happenings(driver)] == [
        ("planned", "2026-06-01"),
        ("denied by Dmitry Peskov", "2026-03-01"),
    ]
    await writer.write(placed(retraction("d", observed=9), first=20))
    assert [one.standing for one in await happenings(driver)] == ["planned"]


async def test_a_split_shows_each_report_by_itself_again(driver: AsyncDriver, writer: GraphWriter) -> None:
    await writer.write(placed(*together()))
    assert len(await happenings(driver)) == 2
    await writer.write(placed(split(SECOND), split(COPY), split(DENIED), first=90))
    assert [one.articles for one in await happenings(driver)] == [1, 1, 1, 1, 1]


async def test_a_story_is_found_by_title_id_or_entity_and_told_in_order(
    driver: AsyncDriver, writer: GraphWriter
) -> None:
    await writer.write(placed(*together()))
    for name in ("s", "the WAR", "war", "Kyiv"):
        found = await story(driver, name)
        assert found is not None
        assert (found.title, [each.id for each in found.happenings]) == ("The war", [FIRST.id, TALKS.id])
    assert [(each.id, each.reports, each.exact) for each in await named(driver, "war")] == [("s", 2, False)]
    assert await story(driver, "peace") is None


async def test_a_timeline_has_happenings_and_what_began_or_ended(driver: AsyncDriver, writer: GraphWriter) -> None:
    leads = Predicate(id="P35", name="head of state")
    ann, bob = Entity.of("Ann", "person"), Entity.of("Bob", "person")
    held = triple(
        "h", subject=RUSSIA, predicate=leads, object_=ann, published=-9 * 1440, since="2020-05", confidence=0.95
    )
    over = triple("i", subject=RUSSIA, predicate=leads, object_=bob, published=2 * 1440, confidence=0.95)
    over = worded(over, "Russia swore in Bob, who was elected.")
    stays = triple("h", subject=RUSSIA, predicate=Predicate(id="P36", name="capital"), object_=KYIV, start=9)
    await writer.write(placed(*together(), held, over, stays))
    told_ = [(moment.day, moment.what, moment.text) for moment in await timeline(driver, "Russia")]
    assert told_[0] == ("2020-05", "begins", "Russia — head of state → Ann")
    assert ("2026-03-01", "attack", "Russia — strike, in Kyiv") in told_
    assert ("2026-03-04", "meeting", "Russia — talks, in Odesa") in told_
    assert [each[0] for each in told_] == sorted(each[0] for each in told_)
    assert not any("capital" in text for _, _, text in told_)


async def test_happenings_are_not_mixed_with_facts_and_names(driver: AsyncDriver, writer: GraphWriter) -> None:
    plan = told(happening("p", "meeting", "summit"), "p", modality="planned", roles={"who": RUSSIA})
    await writer.write(placed(*together(), *plan))
    assert await facts(driver, "Russia") == await claims(driver, "Russia") == await history(driver, "Russia") == []
    for words in ("strike", "attack"):
        with pytest.raises(UnknownNameError):
            await meant(driver, words)
    assert await meant(driver, FIRST.id) == FIRST.id
    counted = await counts(driver)
    assert {name: counted[name] for name in ("entities", "facts", "aliases", "claims that hold")} == {
        "entities": 3,
        "facts": 0,
        "aliases": 0,
        "claims that hold": 0,
    }
    assert (counted["happenings"], counted["reports of happenings"], counted["stories"]) == (3, 6, 1)


async def test_the_queries_of_the_page_find_what_they_promise(driver: AsyncDriver, writer: GraphWriter) -> None:
    page = (REPOSITORY / "docs" / "graph.md").read_text(encoding="utf-8")
    asked = page.split("### What happened\n")[1].split("```cypher\n")[1].split("```")[0]
    queries = [one for one in asked.split(";\n") if one.strip()]
    deal = happening("x", "deal", "deal")
    money = Literal_(value="2500000000", datatype="xsd:decimal", unit="USD")
    await writer.write(placed(*together(), *told(deal, "x", roles={"who": RUSSIA, "amount": money})))
    promised = {
        "in a country or place": [["attack", "strike", 4]],
        "Who attacked whom": [["Russia", None, 1]],
        "Deals above": [["Russia", "2500000000", "USD"]],
        "week": [["2026-03-01", "attack", "WHO"], ["2026-03-01", "deal", "WHO"], ["2026-03-04", "meeting", "WHO"]],
        "A story": [["2026-03-01", "attack"], ["2026-03-04", "meeting"]],
    }
    for query in queries:
        heading = query.strip().splitlines()[0]
        (rows,) = [rows for words, rows in promised.items() if words in heading]
        parameters = {"place": "Kyiv", "since": "2026-03-01", "name": "Russia", "story": "s", "least": 10**9}
        found = [list(row.values()) for row in (await driver.execute_query(query, parameters_=parameters)).records]
        assert [row[: len(rows[0])] for row in found] == rows, heading
    assert len(queries) == len(promised)


def test_the_day_of_the_sample_is_the_first() -> None:
    assert at(0).date().isoformat() == "2026-03-01"
