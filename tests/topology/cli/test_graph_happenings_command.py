"""What `triplewire graph happenings`, `story` and `timeline` print, and what they say if something is wrong."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from streams.desk.happening_views import Figure, HappeningView, Report, told
from streams.desk.stories import NamedStory, StoryView
from streams.desk.timeline import Moment
from topology.cli import graph
from topology.cli.graph import driver

DAY = datetime(2026, 5, 3, 9, tzinfo=UTC)


def report(sentence="A strike hit Kyiv.", **changes):
    fields = {"source": "Reuters", "headline": "News", "url": None, "article": "r", "seen_at": DAY}
    return Report(sentence=sentence, **(fields | {"modality": "asserted"} | changes))


def view(**changes):
    killed = [
        Figure("12", "people", "", "Reuters", DAY),
        Figure("17", "people", "at least", "AP", DAY.replace(day=4)),
    ]
    fields = {
        "id": "h",
        "class_": "attack",
        "called": ["strike"],
        "day": "2026-05-02",
        "dated": True,
        "articles": 4,
        "voices": 2,
        "sources": ["Reuters", "AP"],
        "reports": [report()],
        "fillers": {"who": ["Russia"], "whom": ["the port"], "where": ["Kyiv"]},
        "numbers": {"killed": killed},
        "story": ("s", "The war"),
    }
    return HappeningView(**(fields | changes))


def run(monkeypatch, answer, *words):
    monkeypatch.setattr(driver, "with_driver", lambda _: answer)
    monkeypatch.setenv("COLUMNS", "220")
    result = CliRunner().invoke(graph.graph, list(words))
    return result.exit_code, result.output


def test_a_happening_is_one_line_with_who_whom_where_when_and_on_whose_word(monkeypatch):
    code, text = run(monkeypatch, [view()], "happenings")
    (line,) = [line for line in text.splitlines() if "attack" in line]
    parts = (
        "2026-05-02",
        "attack (strike)",
        "Russia",
        "the port",
        "Kyiv",
        "4 articles with 2 voices: Reuters, AP",
        "The war",
    )
    assert all(part in line for part in parts)
    assert "killed 12 (Reuters, 3 May), later at least 17 (AP, 4 May)" in line
    assert "“" not in text
    assert code == 0


def test_sentences_come_with_their_article_and_who_doubts_it(monkeypatch):
    denied = report("Moscow denied it.", modality="denied", speaker="Dmitry Peskov")
    _, text = run(monkeypatch, [view(reports=[report(), denied])], "happenings", "--sentences")
    assert "“A strike hit Kyiv.”" in text
    assert "denied by Dmitry Peskov Reuters News [r]" in text
    assert "attack (strike) denied by Dmitry Peskov" in text


@pytest.mark.parametrize(
    ("modalities", "standing"),
    [
        (["asserted", "planned"], ""),
        (["planned", "planned", "denied"], "planned, says Ann"),
        (["denied"], "denied by Ann"),
        (["asserted", "denied"], "denied by Ann"),
    ],
)
def test_what_one_article_asserts_outweighs_plans(modalities, standing):
    one = view(reports=[report(modality=each, speaker="" if each == "asserted" else "Ann") for each in modalities])
    assert one.standing == standing


def test_a_day_that_no_text_says_is_the_latest_possible(monkeypatch):
    _, text = run(monkeypatch, [view(dated=False)], "happenings")
    assert "by 2026-05-02" in text
    _, text = run(monkeypatch, [view(dated=False, reports=[report(modality="planned")])], "happenings")
    assert "said 2026-05-02" in text


def test_columns_that_nothing_fills_are_left_out(monkeypatch):
    _, text = run(monkeypatch, [view(numbers={}, story=None)], "happenings")
    assert "numbers" not in text
    assert "story" not in text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("2500000000", "USD", "2.5 billion USD"),
        ("1200", "people", "1,200"),
        ("0.50", "%", "0.5 %"),
        ("dozens", "", "dozens"),
    ],
)
def test_large_numbers_are_in_words(value, unit, text):
    assert Figure(value, unit, "", "", DAY).text == text
    assert told([Figure(value, unit, "about", "", DAY)]) == f"about {text} (3 May)"


def test_an_unknown_class_is_refused_with_those_that_exist(monkeypatch):
    code, text = run(monkeypatch, [], "happenings", "--class", "atack")
    assert code == 1
    assert "'atack'" in text
    assert "attack" in text.replace("atack", "")


@pytest.mark.parametrize("day", ["yesterday", "2026-13", "2026-5-3"])
def test_a_day_must_be_one(monkeypatch, day):
    code, text = run(monkeypatch, [view()], "happenings", "--since", day)
    assert code == 1
    assert "2026-05-03" in text


def test_where_nothing_happened_it_says_what_to_do(monkeypatch):
    assert run(monkeypatch, [], "happenings", "Apple")[1].count("graph stats") == 1
    assert "fewer options" in run(monkeypatch, [], "happenings", "--place", "Kyiv")[1]
    code, text = run(monkeypatch, (None, []), "story", "Peace")
    assert code == 1
    assert "'Peace'" in text
    assert run(monkeypatch, [], "timeline", "Apple")[0] == 1


def test_a_story_names_others_that_may_be_meant(monkeypatch):
    story = StoryView("s", "The war", (view(),))
    named = [NamedStory("s", "The war", 5, False), NamedStory("t", "The war of words", 2, False)]
    _, text = run(monkeypatch, (story, named), "story", "war")
    assert text.splitlines()[0] == "The war"
    assert "also The war of words (2 reports): t" in text


def test_a_timeline_is_in_order_with_sources_and_sentences_on_demand(monkeypatch):
    moments = [
        Moment("2026-05-02", "attack", "Russia — strike", ("Reuters",), sentence="A strike hit Kyiv."),
        Moment("2026-05-04", "ends by", "Apple — chief executive officer → Tim Cook", ("AP",)),
    ]
    _, text = run(monkeypatch, moments, "timeline", "Russia")
    assert text.index("2026-05-02") < text.index("ends by")
    assert "“" not in text
    assert "“A strike hit Kyiv.”" in run(monkeypatch, moments, "timeline", "Russia", "--sentences")[1]


def test_show_has_what_happened_in_a_part_of_its_own(monkeypatch):
    monkeypatch.setattr(graph, "with_driver", lambda _: ([], [], [], [view()]))
    monkeypatch.setenv("COLUMNS", "220")
    text = CliRunner().invoke(graph.graph, ["show", "Russia"]).output
    assert text.index("What happened") < text.index("attack (strike)")


def test_json_has_the_happening_with_its_numbers_reports_and_who_doubts_it(monkeypatch):
    denied = report("Moscow denied it.", modality="denied", speaker="Dmitry Peskov")
    code, text = run(monkeypatch, [view(reports=[report(), denied])], "happenings", "--json")
    (one,) = json.loads(text)
    assert (one["class"], one["standing"], one["story"]) == ("attack", "denied by Dmitry Peskov", ["s", "The war"])
    assert one["numbers"]["killed"][1]["value"] == "17"
    assert one["reports"][0]["seen_at"].startswith("2026-05-03T09:00:00")
    moment = Moment("2026-05-02", "attack", "a strike", ("AP",), happening=view())
    _, text = run(monkeypatch, [moment], "timeline", "Kyiv", "--json")
    assert json.loads(text)[0]["happening"] == "h"
    assert code == 0
