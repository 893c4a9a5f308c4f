"""What a watch looks for, and what becomes an alert, by the records of real messages."""

import pytest

from streams.alerts.memory import Memory
from streams.messages.events import Entity, Literal_
from tests.streams.alerts.desk import (
    APPLE,
    CEO,
    EMPLOYER,
    JOHN,
    NOON,
    SETTLE,
    TIM,
    Desk,
    article,
    at,
    fact,
    happening,
    named,
    retraction,
    same,
)
from tests.streams.sink.sample import merged

ATTACK = {"classes": ["attack"]}


@pytest.mark.parametrize(
    ("watch", "found"),
    [
        ({"names": ["Apple"]}, 1),
        ({"names": ["apple inc."]}, 1),
        ({"names": ["Tim Cook"]}, 1),
        ({"names": [{"name": "Cupertino firm", "aliases": ["Apple"]}]}, 1),
        ({"names": [{"name": "Apple", "type": "person"}]}, 0),
        ({"names": ["Google", "Apple"]}, 1),
        ({"names": ["Google"]}, 0),
        ({"relations": ["P169"]}, 1),
        ({"relations": ["chief executive officer"], "names": ["Tim Cook"]}, 1),
        ({"relations": ["employer"], "names": ["Tim Cook"]}, 0),
        ({"names": ["Apple"], "confidence": 0.91}, 0),
        ({"names": ["Apple"], "modalities": ["planned"]}, 0),
        ({"names": ["Apple"], "places": ["Nigeria"]}, 0),
        (ATTACK, 0),
    ],
)
def test_a_fact_is_found_by_all_that_is_given(watch, found):
    desk = Desk(watch)
    desk.read(*fact("a"))
    assert len(desk.alerts()) == found


@pytest.mark.parametrize(
    ("watch", "found"),
    [
        (ATTACK, 1),
        ({"names": ["Boko Haram"]}, 1),
        ({**ATTACK, "names": ["Boko Haram"], "places": ["Dikwa"]}, 1),
        ({**ATTACK, "places": ["Nigeria"]}, 1),
        ({**ATTACK, "places": ["NG"]}, 1),
        ({**ATTACK, "places": ["Chad"]}, 0),
        ({"classes": ["strike"]}, 0),
        ({"relations": ["P169"], "names": ["Boko Haram"]}, 0),
        ({**ATTACK, "relations": ["P169"]}, 1),
    ],
)
def test_a_happening_is_found_by_its_class_roles_and_place(watch, found):
    desk = Desk(watch)
    desk.read(*happening("a"))
    assert len(desk.alerts()) == found


def test_an_alert_says_all_that_the_article_says_although_its_triples_come_one_by_one():
    desk = Desk(ATTACK)
    *first, last = happening("a", source="Wire")
    desk.read(*first)
    assert desk.alerts() == []
    desk.read(last)
    (alert,) = desk.alerts()
    assert alert.text == "attack (attacked): perpetrator Boko Haram; place Dikwa; number of deaths 12 people"
    assert (alert.kind, alert.why, len(alert.triples), alert.sources) == ("happening", "reported", 4, ("Wire",))
    assert (alert.article.headline, alert.found_at) == ("Headline of a", NOON)


def test_a_name_that_stands_for_another_is_found():
    short, firm = Entity.of("Cook", "person"), Entity.of("Fruit Company", "organization")
    desk = Desk({"names": ["Tim Cook"]}, {"names": ["Fruit Company"]})
    desk.read(merged(short, TIM), merged(firm, APPLE))
    desk.read(*fact("a", short))
    assert [alert.watch for alert in desk.alerts()] == ["w0", "w1"]


def test_a_name_that_the_article_uses_is_found():
    desk = Desk({"names": ["AAPL"]})
    desk.read(*article("a", fact("a")[1:], mentions=(named(APPLE, "AAPL"),)))
    assert len(desk.alerts()) == 1


def test_the_same_fact_is_alerted_once_whoever_reports_it_and_however_often_it_comes():
    desk = Desk({"names": ["Apple"]})
    desk.read(*fact("a"), *fact("a"), *fact("b", source="South Post"))
    (alert,) = desk.alerts()
    desk.read(*fact("c"), *fact("a"))
    assert desk.alerts() == []
    again = Desk({"names": ["Apple"]})
    again.read(*fact("c", minutes=7))
    assert again.alerts()[0].id == alert.id


def test_enough_publishers_must_report_it_and_their_withdrawals_count():
    desk = Desk({"names": ["Apple"], "sources": 2})
    desk.read(*fact("a"), *fact("b"))
    assert desk.alerts() == []
    desk.read(*fact("c", source="South Post"))
    desk.read(retraction("c"))
    assert desk.alerts() == []
    desk.read(*fact("d", source="East Post", minutes=3))
    (alert,) = desk.alerts()
    assert (alert.sources, alert.article.id) == (("North Post", "East Post"), "d")


def test_an_article_that_says_something_else_now_does_not_count():
    desk = Desk({"names": ["Tim Cook"], "sources": 2})
    desk.read(*fact("a"))
    corrected = [event.model_copy(update={"revision": "2"}) for event in article("a", [])]
    desk.read(*corrected, *fact("b", source="South Post"))
    assert desk.alerts() == []


def test_two_reports_of_one_happening_are_one_alert():
    desk = Desk(ATTACK, {**ATTACK, "sources": 2})
    desk.read(*happening("a"), *happening("b", source="South Post"))
    assert desk.alerts(SETTLE / 2) == []
    desk.read(same("b", "a"))
    assert sorted(alert.watch for alert in desk.alerts()) == ["w0", "w1"]
    desk.read(*happening("c", source="East Post"), same("c", "a"))
    desk.read(*happening("b", source="South Post"))
    assert desk.alerts() == []


def test_the_first_time_is_of_what_is_to_come_together():
    desk = Desk({"names": ["Boko Haram"], "classes": ["attack", "strike"], "first": ["name", "class"]})
    desk.read(*happening("a"))
    (alert,) = desk.alerts()
    assert alert.why == "first"
    desk.read(*happening("b", dead="40"))
    assert desk.alerts() == []
    desk.read(*happening("c", class_="strike"))
    assert len(desk.alerts()) == 1


def test_what_was_reported_before_the_watch_began_is_remembered_and_not_alerted():
    desk = Desk({"relations": ["P169"], "first": ["relation"]}, {"relations": ["P169"]}, since=at(10))
    desk.read(*fact("a", minutes=5))
    desk.read(*fact("b", minutes=15))
    assert desk.alerts() == []
    desk.read(*fact("c", JOHN, minutes=16))
    assert [alert.watch for alert in desk.alerts()] == ["w1"]


def test_another_object_or_a_denial_contradicts():
    desk = Desk({"names": ["Apple"], "contradicts": True})
    desk.read(*fact("a"), *fact("b", source="South Post"))
    assert desk.alerts() == []
    desk.read(*fact("c", JOHN, source="South Post"))
    (alert,) = desk.alerts()
    assert (alert.why, [one.object.name for one in alert.against]) == ("contradicts", ["Tim Cook", "Tim Cook"])
    assert alert.text.endswith("John Ternus | before: Apple: chief executive officer Tim Cook")
    desk.read(*fact("d", JOHN, modality="denied"))
    (denial,) = desk.alerts()
    assert (denial.kind, [one.object.name for one in denial.against]) == ("claim", ["John Ternus"])
    desk.read(*fact("e", JOHN), *fact("f", JOHN, modality="denied"), retraction("a"))
    assert desk.alerts() == []


def test_several_objects_of_a_relation_that_has_many_and_what_once_was_contradict_nothing():
    desk = Desk({"relations": ["P108", "P169"], "contradicts": True})
    desk.read(*fact("a", APPLE, subject=TIM, predicate=EMPLOYER))
    desk.read(*fact("b", Entity.of("Compaq", "organization"), subject=TIM, predicate=EMPLOYER))
    desk.read(*fact("c", JOHN), *fact("d", TIM, modality="past"))
    assert desk.alerts() == []


def test_a_worker_that_takes_over_remembers():
    desk = Desk({"names": ["Apple"], "sources": 2}, {**ATTACK})
    desk.read(*fact("a"), *happening("a2"))
    remembered = [thing for _, thing in desk.memory.changes()]
    memory = Memory(SETTLE)
    memory.restore(type(one).model_validate_json(one.model_dump_json()) for one in remembered)
    after = Desk({"names": ["Apple"], "sources": 2}, {**ATTACK}, memory=memory)
    after.read(*fact("b", source="South Post"))
    assert sorted(alert.watch for alert in after.alerts()) == ["w0", "w1"]
    assert after.alerts() == []


def test_what_is_remembered_is_bounded_and_what_is_forgotten_is_deleted(monkeypatch):
    monkeypatch.setattr("streams.alerts.memory.MOST_THINGS", 3)
    monkeypatch.setattr("streams.alerts.memory.LEAST_THINGS", 3)
    desk = Desk({"relations": ["P169"], "sources": 2})
    for n in range(5):
        desk.read(*fact(f"a{n}", Literal_(value=str(n))))
    changed = dict(desk.memory.changes())
    assert [thing is None for thing in changed.values()] == [True, True, False, False, False]
    desk.memory.watch((), {})
    assert list(dict(desk.memory.changes()).values()) == [None] * 3


def test_a_document_that_never_comes_whole_is_looked_at_all_the_same(monkeypatch):
    monkeypatch.setattr("streams.alerts.documents.MOST_OPEN", 1)
    desk = Desk({"relations": ["P169"]})
    head, triple = fact("a")
    desk.read(head.model_copy(update={"triples": 2}), triple)
    assert desk.alerts() == []
    desk.read(fact("b")[0])
    assert len(desk.alerts()) == 1
    desk.read(fact("a", JOHN)[1])  # without its document it was looked at before
    assert (desk.alerts(), CEO.id) == ([], "P169")
