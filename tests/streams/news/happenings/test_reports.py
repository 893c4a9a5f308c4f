"""An article's happenings as reports, for the stage that knows who else reports the same."""

from datetime import UTC, datetime

import pytest

from inference.text.values.found import FoundValue
from streams.messages.events import Entity
from streams.messages.happening_events import MOST_WORDS
from streams.news.happenings.words import AROUND, content_words
from tests.streams.news.happenings.world import WHEN, World

BODY = "Hamas bombed Oslo on Monday with rockets from Syria, targeting Acme and Ann Lee."


def reported(value: FoundValue | None, **fields: object):
    world = World(BODY, "Blast in Oslo " + "x" * 400, **fields)
    roles = {
        "who": world.mention("Hamas", "organization"),
        "where": world.mention("Oslo", "location"),
        "when": world.mention("Monday", "date"),
        "with": world.mention("rockets", "product"),
        "whom": (world.mention("Acme", "organization"), world.mention("Ann Lee", "person")),
    }
    world.happening("attack", "bombed", roles, values={2: value} if value else {}, modality="planned")
    found = world.read()
    (report,) = found.happenings
    return found, report


def test_a_report_says_who_where_when_and_in_what_words():
    published = datetime(2026, 11, 24, tzinfo=UTC)
    found, report = reported(FoundValue(0, 0, "2026-11-23", "xsd:date"), published_at=published)
    oslo = next(m.entity for m in found.document.mentions if m.entity.name == "Oslo")
    assert (report.happening, report.modality) == (Entity.happening("a-1", "attack", "bombed"), "planned")
    assert (report.day, report.places) == ("2026-11-23", (oslo.id,))
    taking_part = [("Hamas", "organization"), ("rockets", "product"), ("Acme", "organization"), ("Ann Lee", "person")]
    assert set(report.participants) == {Entity.of(*one).id for one in taking_part}
    assert report.words == ("hama", "bombed", "oslo", "rocket", "syria", "targeting", "acme", "ann", "lee")
    assert report.headline == ("Blast in Oslo " + "x" * 400)[:300]
    assert (report.source, report.published_at) == ("Example Wire", published)
    assert reported(None)[1].published_at == WHEN


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (FoundValue(0, 0, "2026-11", "xsd:gYearMonth"), "2026-11"),
        (FoundValue(0, 0, "2026", "xsd:gYear"), "2026"),
        (FoundValue(0, 0, "2026-11-01/2026-11-05", "edtf"), None),
        (FoundValue(0, 0, "2026", "xsd:decimal"), None),
        (FoundValue(0, 0, "-0044", "xsd:gYear"), None),
        (None, None),
    ],
)
def test_a_report_has_a_day_month_or_year(value, day):
    assert reported(value)[1].day == day


def test_of_two_dates_the_surer_counts():
    world = World("It was bombed in 2025 or 2026.")
    years = world.mention("2025", "date"), world.mention("2026", "date")
    values = {m: FoundValue(0, 0, str(2025 + i), "xsd:gYear") for i, m in enumerate(years)}
    world.happening("attack", "bombed", {"when": years}, values=values, scores={years[1]: 0.95})
    assert world.read().happenings[0].day == "2026"


def test_an_article_without_happenings_reports_none():
    assert World("Nothing.").read().happenings == ()


def words(text: str, around: int = 0) -> tuple[str, ...]:
    return content_words(text, 0, len(text), around)


def test_words_are_folded_and_say_something():
    assert words("The <b>Forces\u2019</b> 12 rockets hit Málaga's cities; rockets, on Monday, said AFP") == (
        "force",
        "rocket",
        "hit",
        "malaga",
        "city",
    )


def test_words_are_few_and_near_the_trigger():
    many = " ".join(f"word{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(100))
    assert len(words(many)) == MOST_WORDS
    far = "alpha " + "x" * AROUND + " bombed " + "y" * AROUND + " omega"
    assert words(far, far.index("bombed")) == ("bombed",)
