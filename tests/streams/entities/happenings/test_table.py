"""Which reports are of one happening and story, and that the table can forget, restore and change its mind."""

from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.entities.happenings.memory import remembered
from streams.entities.happenings.table import HappeningTable, SavedReports
from streams.messages.base import Entity
from tests.streams.entities.happenings.reporting import (
    ARMY,
    DENIED,
    ELSEWHERE,
    FIRST,
    IDF,
    KHARKIV,
    LATER,
    NEXT_DAY,
    RUSSIA,
    STRUCK,
    UKRAINE,
    WEEK_AFTER,
    ZHYTOMYR,
    body,
    naming,
    place,
    report,
    told_of,
)

ALL = (STRUCK, LATER, DENIED, NEXT_DAY, ELSEWHERE, WEEK_AFTER)
NOW = int(FIRST.timestamp() * 1000) + 10**10


def table_of(*namings, canonical=str):
    table = HappeningTable(canonical)
    for one in namings:
        table.learn(told_of(one), at=NOW)
    return table


def together(table):
    """Returns the documents that report one happening, by its first document."""
    found = {}
    for id_, leader in table.reports.leader.items():
        things = table.reports.things
        found.setdefault(things[leader].known.document, set()).add(things[id_].known.document)
    return found


def decided(table):
    return {id_: table._decided(id_) for id_ in table.reports.things}


def said(decisions, heard):
    """Adds decisions to what was heard before."""
    for one in decisions.same:
        heard[one.report.id] = one.first.id if one.first else ""
    for one in decisions.stories:
        heard["story", one.happening.id] = one.story, one.title
    return heard


def test_reports_of_one_attack_are_one_happening_and_another_town_is_another():
    assert together(table_of(*ALL)) == {
        "reuters-1": {"reuters-1", "afp-1", "reuters-2", "afp-2"},
        "reuters-3": {"reuters-3"},
        "afp-3": {"afp-3"},
    }


def one_of(name, class_, trigger, words, **more):
    return naming(name, report(name, class_, trigger, words, **more))


SPAIN, MADRID, SEVILLE = place("Spain"), place("Madrid"), place("Seville")
PARTY = body("Vox")

PAIRS = {
    "planned and then held": (
        True,
        one_of("a", "election", "election", "election vox spain june", who=[PARTY], where=[SPAIN], modality="planned"),
        one_of("b", "election", "vote", "spain vote parliament vox", who=[PARTY], where=[SPAIN], hours=9 * 24),
    ),
    "of two days as the texts say": (
        False,
        one_of("a", "protest", "protest", "thousands protest madrid housing", where=[MADRID], day="2026-05-28"),
        one_of("b", "protest", "protest", "thousands protest madrid housing", where=[MADRID], day="2026-05-31"),
    ),
    "of the day that the other means": (
        True,
        one_of("a", "protest", "protest", "thousands protest madrid housing", where=[MADRID], day="2026-05-28"),
        one_of("b", "protest", "protest", "madrid protest housing week", where=[MADRID], day="2026-05-28", hours=200),
    ),
    "in the country of the town": (
        True,
        one_of("a", "accident", "train crash", "train crash kills nine near madrid vox", where=[MADRID], who=[PARTY]),
        one_of("b", "accident", "train crash", "spain train crash kills ten vox", where=[SPAIN], who=[PARTY]),
    ),
    "in another town": (
        False,
        one_of("a", "accident", "train crash", "train crash kills nine vox", where=[MADRID], who=[PARTY]),
        one_of("b", "accident", "train crash", "train crash kills nine vox", where=[SEVILLE], who=[PARTY]),
    ),
    "of another class": (
        False,
        one_of("a", "law", "ban", "vox ban madrid", where=[MADRID], who=[PARTY]),
        one_of("b", "protest", "ban", "vox ban madrid", where=[MADRID], who=[PARTY]),
    ),
    "of a class that readers do not tell apart": (
        True,
        one_of("a", "attack", "shooting", "gunman shooting kills three madrid market", where=[MADRID]),
        one_of("b", "crime", "shooting", "shooting kills three madrid market police", where=[MADRID]),
    ),
    "nobody named and only one word alike": (
        False,
        one_of("a", "trial", "sentenced", "court sentenced thief museum gold"),
        one_of("b", "trial", "sentenced", "judge sentenced diplomat spying embassy"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PAIRS)
def test_two_reports(case):
    one, first, second = PAIRS[case]
    assert (len(together(table_of(first, second))) == 1) is one


def test_a_document_does_not_report_one_happening_twice():
    parts = [
        report("a", "attack", "strike", "russian strike zhytomyr", who=[RUSSIA], where=[ZHYTOMYR], number=i)
        for i in (0, 1)
    ]
    table = table_of(naming("a", *parts))
    assert len(set(table.reports.leader.values())) == 2


def test_names_that_mean_one_are_one_and_later_ones_count_too():
    other = {}
    first = one_of("a", "arrest", "arrest", "arrest hospital doctor raid", who=[IDF])
    second = one_of("b", "arrest", "arrested", "hospital doctor arrested raid", who=[ARMY], hours=1)
    table = table_of(first, second, canonical=lambda id_: other.get(id_, id_))
    assert len(together(table)) == 2
    other[IDF.id] = ARMY.id
    decisions = table.learn((), moved=[IDF.id], at=NOW)
    assert [(one.report.id, one.first.id) for one in decisions.same] == [
        (second.happenings[0].happening.id, first.happenings[0].happening.id)
    ]
    other.clear()
    assert [one.first for one in table.learn((), moved=[IDF.id], at=NOW).same] == [None]


@settings(max_examples=40)
@given(st.permutations([*range(len(ALL)), 0, 2, 4]), st.integers(1, 5), st.sets(st.integers(0, len(ALL) - 1)))
def test_neither_order_nor_batches_nor_repetition_nor_retraction_matter(order, size, gone):
    left = [one for i, one in enumerate(ALL) if i not in gone]
    expected = decided(table_of(*left))
    table, heard = HappeningTable(str), {}
    for start in range(0, len(order), size):
        said(table.learn(told_of(*(ALL[i] for i in order[start : start + size])), at=NOW), heard)
    retracted = [(ALL[i].id, ()) for i in gone]
    said(table.learn(retracted, at=NOW), heard)
    assert decided(table) == expected
    # What was said is what holds.
    assert {id_: heard.get(id_, "") for id_ in expected} == {id_: first for id_, (first, _) in expected.items()}
    stories = {id_: heard.get(("story", id_), ("", "")) for id_ in expected}
    assert stories == {id_: story for id_, (_, story) in expected.items()}
    # Nothing is the alias of what is gone.
    assert {first for id_, first in heard.items() if isinstance(first, str) and first} <= expected.keys()


@settings(max_examples=40)
@given(st.permutations(range(len(ALL))), st.integers(1, 5), st.integers(0, len(ALL) - 1))
def test_it_does_not_matter_when_a_name_becomes_another(order, size, moment):
    """Not even if documents that use the name come in the batch in which it does."""
    own = {RUSSIA.id: ARMY.id}
    expected = decided(table_of(*ALL, canonical=lambda id_: own.get(id_, id_)))
    other = {}
    table = HappeningTable(lambda id_: other.get(id_, id_))
    for start in range(0, len(order), size):
        # As in the stage: names are learned before happenings.
        moved = [RUSSIA.id] if not other and start + size > moment else []
        other |= own if moved else {}
        table.learn(told_of(*(ALL[i] for i in order[start : start + size])), moved=moved, at=NOW)
    assert all(RUSSIA.id not in thing.named for thing in table.reports.things.values())
    assert decided(table) == expected


def test_what_is_repeated_changes_nothing():
    table = table_of(*ALL)
    again = table.learn(told_of(*ALL), at=NOW)
    assert (again.same, again.stories, again.remember, again.dropped) == ([], [], [], [])


def test_a_document_that_reports_something_else_now_is_split_off():
    table = table_of(STRUCK, LATER, DENIED)
    changed = naming("reuters-1", report("reuters-1", "visit", "visit", "minister visit madrid", where=[MADRID]))
    decisions = table.learn(told_of(changed), at=NOW)
    first, later = STRUCK.happenings[0].happening.id, LATER.happenings[0].happening.id
    assert decisions.dropped == [first]
    assert together(table) == {"reuters-1": {"reuters-1"}, "afp-1": {"afp-1", "reuters-2"}}
    heard = said(decisions, {})
    assert heard[later] == ""
    assert heard[DENIED.happenings[0].happening.id] == later


def test_what_nobody_reports_any_more_leaves_nothing():
    table = table_of(*ALL)
    for one in ALL:
        table.learn([(one.id, ())], at=NOW)
    assert len(table) == 0
    left = {name: value for name, value in vars(table).items() if isinstance(value, dict | list | set) and value}
    assert left == {}
    assert table.reports._lists == table.happenings._lists == {}


def test_a_story_is_begun_by_the_second_happening_and_ended_when_it_is_alone():
    table = table_of(STRUCK)
    begun = table.learn(told_of(WEEK_AFTER), at=NOW)
    first, second = STRUCK.happenings[0].happening.id, WEEK_AFTER.happenings[0].happening.id
    assert [(one.happening.id, one.title) for one in begun.stories] == [
        (id_, "reuters-1: drone strike") for id_ in sorted((first, second))
    ]
    assert len({one.story for one in begun.stories}) == 1
    ended = table.learn([(WEEK_AFTER.id, ())], at=NOW)
    assert {one.happening.id: one.story for one in ended.stories} == {first: "", second: ""}


def test_what_has_little_in_common_is_no_story():
    far = one_of("x", "protest", "protest", "farmers protest seville water", where=[SEVILLE])
    table = table_of(*ALL, far)
    assert table._decided(far.happenings[0].happening.id) == ("", ("", ""))


def test_a_new_headline_is_a_new_title():
    table = table_of(STRUCK, WEEK_AFTER)
    report_ = STRUCK.happenings[0].model_copy(update={"headline": "Corrected"})
    decisions = table.learn(told_of(STRUCK.model_copy(update={"happenings": (report_,)})), at=NOW)
    assert {one.title for one in decisions.stories} == {"Corrected"}
    assert len(decisions.stories) == 2


def many(count, gap=1):
    return [
        one_of(f"d{i}", "protest", "protest", f"protest word{i} word{i + 1}", who=[body(f"Body {i}")], hours=gap * i)
        for i in range(count)
    ]


def test_beyond_its_limit_it_forgets_the_oldest():
    table = table_of(*many(40))
    gone = table.forget(30, 30)
    assert len(table) == 27
    assert [table.reports.things.get(one.happenings[0].happening.id) for one in many(40)[:13]] == [None] * 13
    assert len(gone) == 13


def test_what_is_old_is_forgotten_but_not_what_others_are_counted_to():
    recent = one_of("x", "protest", "protest", "farmers protest seville water", where=[SEVILLE], hours=24 * 32)
    table = table_of(*ALL, recent)
    before = decided(table)
    gone = table.forget(1000, 30)
    left = {one.known.document for one in table.reports.things.values()}
    # The week after is within thirty days, and its story began with what is older.
    assert left == {"x", "afp-3", "reuters-1"}
    assert len(gone) == 4
    assert decided(table).items() <= before.items()
    table.learn(told_of(one_of("y", "visit", "visit", "visit", where=[MADRID], hours=24 * 60)), at=NOW)
    table.forget(1000, 30)
    assert {one.known.document for one in table.reports.things.values()} == {"x", "y"}


def test_a_report_from_the_future_makes_nothing_old():
    table = table_of(*ALL)
    table.learn(told_of(one_of("x", "visit", "visit", "visit", where=[MADRID], hours=10**6)), at=NOW)
    assert table.forget(1000, 365) == []


def saved(table, heard, retell=MappingProxyType({})):
    """Returns what the topic has of a table."""
    reports = [one for naming_ in ALL for one in remembered(naming_) if one.report.happening.id in table.reports.things]
    first = {id_: first for id_, first in heard.items() if isinstance(id_, str)}
    story = {id_[1]: value for id_, value in heard.items() if isinstance(id_, tuple)}
    return SavedReports(reports, first, story, retell, NOW)


def test_who_takes_over_decides_alike_and_says_nothing_again():
    table, heard = HappeningTable(str), {}
    for one in ALL:
        said(table.learn(told_of(one), at=NOW), heard)
    other = HappeningTable(str)
    other.restore(saved(table, heard))
    assert decided(other) == decided(table)
    again = other.learn(told_of(*ALL), at=NOW)
    assert (again.same, again.stories, again.remember) == ([], [], [])


def test_who_takes_over_repeats_what_may_not_have_been_heard():
    table = table_of(*ALL[:3])
    last = said(table.learn(told_of(*ALL[3:]), at=NOW), {})
    for heard in ({}, last):
        other = HappeningTable(str)
        ids = {id_ if isinstance(id_, str) else id_[1] for id_ in last}
        other.restore(saved(table, heard, dict.fromkeys(ids)))
        again = said(other.learn((), at=NOW), {})
        assert again.items() >= last.items()
        assert said(other.learn((), at=NOW), {}) == {}


@pytest.mark.parametrize("again", [False, True])
def test_who_takes_over_takes_back_what_was_said_of_a_report_that_is_lost(again):
    """The decision arrived, and the report itself did not; its document may report it again, or something else."""
    table, heard = HappeningTable(str), {}
    said(table.learn(told_of(STRUCK), at=NOW), heard)
    lost = LATER.happenings[0].happening
    other = HappeningTable(str)
    other.restore(saved(table, heard | {lost.id: STRUCK.happenings[0].happening.id}, {lost.id: lost}))
    decisions = other.learn(told_of(LATER if again else naming(LATER.id)), at=NOW)
    assert [(one.report.id, bool(one.first)) for one in decisions.same] == [(lost.id, again)]
    assert [(one.happening.id, one.story) for one in decisions.stories] == [(lost.id, "")]
    assert decisions.dropped == ([] if again else [lost.id])
    assert said(other.learn((), at=NOW), {}) == {}


def test_a_report_is_remembered_in_bounded_space():
    who = [Entity.of(f"Body number {i}", "organization") for i in range(60)]
    words = " ".join(f"word{i}" for i in range(32))
    table = table_of(one_of("a", "deal", " ".join(["deal"] * 50), words, who=who, where=[UKRAINE, KHARKIV]))
    (one,) = table.reports.things.values()
    assert len(one.named) == 16
    assert sum(len(keys) for _, keys in one.keys) == 16
    assert len(table._with_name) <= 18
