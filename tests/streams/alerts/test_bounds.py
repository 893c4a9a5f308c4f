"""What is bounded in the memory of alerts loses no alert that is due, and no publisher that counts."""

from streams.messages.events import Entity
from tests.streams.alerts.desk import APPLE, Desk, fact

MANY = 300


def test_a_publisher_counts_however_often_others_report_the_same():
    desk = Desk({"names": ["Apple"], "relations": ["P169"], "sources": 3})
    for n, source in enumerate(["A"] * 40 + ["B"] + ["A"] * 40 + ["C"]):
        desk.read(*fact(f"d{n}", source=source))
    (alert,) = desk.alerts()
    assert set(alert.sources) == {"A", "B", "C"}


def test_no_alert_that_is_due_is_forgotten_when_too_much_comes_at_once():
    desk = Desk(*({"names": [f"Person {n}"]} for n in range(MANY)), {"names": ["Apple"]})
    for n in range(400):
        desk.read(*fact(f"d{n}", Entity.of(f"Holder {n}", "person")))
    assert len(desk.alerts()) == 400


def test_each_of_many_contradictions_is_an_alert():
    desk = Desk({"names": ["Apple"], "relations": ["P169"], "contradicts": True})
    desk.read(*fact("first", Entity.of("Holder", "person")))
    for n in range(7):
        desk.read(*fact(f"d{n}", Entity.of(f"Rival {n}", "person"), subject=APPLE))
    assert len(desk.alerts()) == 7


def test_a_publisher_of_a_copy_is_no_second_one():
    desk = Desk({"names": ["Apple"], "relations": ["P169"], "sources": 2})
    for n, (source, key) in enumerate([("A", "x"), ("B", "x"), ("A", "y")]):
        told, said = fact(f"d{n}", source=source)
        desk.read(told.model_copy(update={"likeness": (key,)}), said)
    assert desk.alerts() == []
    desk.read(*fact("d3", source="C"))
    (alert,) = desk.alerts()
    assert alert.sources == ("A", "C")
