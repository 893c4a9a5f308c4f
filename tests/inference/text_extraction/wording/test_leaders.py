"""The title tells whether somebody leads an organization as its chief executive or as its chair."""

import pytest

from inference.text_extraction.wording.leaders import by_title
from tests.inference.text_extraction.wording.marked import Row, field_of, named, rows

TWO_FIRMS = "so former [O Fjell] [F chief executive] [P Ada Lie] joined [O Brask] as [F chairwoman]."
TITLES: tuple[Row, ...] = (
    ("Ada Lie", "P39", "chief executive", 0.9),
    ("Ada Lie", "P39", "chairwoman", 0.9),
    ("chief executive", "P1001", "Fjell", 0.9),
    ("chief executive", "P1001", "Brask", 0.4),
    ("chairwoman", "P1001", "Fjell", 0.4),
    ("chairwoman", "P1001", "Brask", 0.8),
)


def leads(text: str, *given: Row) -> set[tuple[str, str]]:
    field, mentions = field_of(text)
    kept = named(mentions, by_title(rows(mentions, *given), mentions, field))
    return {(one, relation) for one, relation, *_ in kept if relation in {"P169", "P488", "P35"}}


def test_each_organization_has_the_office_that_the_title_gives_it() -> None:
    both = [(firm, relation, "Ada Lie", 0.8) for firm in ("Fjell", "Brask") for relation in ("P169", "P488")]
    assert leads(TWO_FIRMS, *TITLES, *both) == {("Fjell", "P169"), ("Brask", "P488")}


@pytest.mark.parametrize(
    ("title", "relations"),
    [
        ("CEO", {"P169"}),
        ("chairman", {"P488"}),
        ("chairman and chief executive", {"P169", "P488"}),
        ("leader", {"P169", "P488"}),
    ],
)
def test_a_title_rules_out_only_what_it_does_not_name(title: str, relations: set[str]) -> None:
    text = f"so [P Ada Lie], [F {title}] of [O Fjell], spoke."
    given = (("Ada Lie", "P39", title, 0.9), (title, "P1001", "Fjell", 0.9))
    found = leads(text, *given, ("Fjell", "P169", "Ada Lie", 0.6), ("Fjell", "P488", "Ada Lie", 0.9))
    assert {relation for _, relation in found} == relations


BOTH = ("Fjell", "P169", "Ada Lie", 0.6), ("Fjell", "P488", "Ada Lie", 0.9)


def test_without_a_title_everything_stays() -> None:
    assert len(leads("so [P Ada Lie] runs [O Fjell].", *BOTH)) == 2


def test_an_office_without_an_owner_tells_as_what_somebody_leads() -> None:
    text = "so [O Fjell] bakes. Its [F chief executive officer], [P Ada Lie], took over."
    held = ("Ada Lie", "P39", "chief executive officer", 0.9)
    assert leads(text, held, ("Fjell", "P488", "Ada Lie", 0.9)) == {("Fjell", "P169")}


def test_the_chair_of_a_charity_may_run_a_company() -> None:
    text = "so [P Ada Lie], [F chairwoman] of the charity [O Brask], runs [O Fjell]."
    given = ("Ada Lie", "P39", "chairwoman", 0.9), ("chairwoman", "P1001", "Brask", 0.9)
    assert leads(text, *given, ("Fjell", "P169", "Ada Lie", 0.9)) == {("Fjell", "P169")}


def test_a_title_of_either_kind_in_the_text_leaves_it_to_the_model() -> None:
    text = "so [P Ada Lie] was a [F chairman]. Then the chief executive of [O Fjell] came."
    assert len(leads(text, ("Ada Lie", "P39", "chairman", 0.9), *BOTH)) == 2


def test_an_office_that_another_sentence_owns_tells_as_well() -> None:
    text = "so [O Fjell] bakes. Its [F chief executive officer], [P Ada Lie], took over."
    given = ("Ada Lie", "P39", "chief executive officer", 0.9), ("chief executive officer", "P1001", "Fjell", 0.9)
    assert leads(text, *given, ("Fjell", "P488", "Ada Lie", 0.9)) == {("Fjell", "P169")}


@pytest.mark.parametrize(
    ("title", "relation"), [("president", "P35"), ("council president", "P488"), ("chairman", "P488")]
)
def test_the_president_of_a_place_is_its_head_of_state(title: str, relation: str) -> None:
    text = f"so [F {title}] [P Ada Lie] of [L Ardonia] spoke."
    assert leads(text, ("Ada Lie", "P39", title, 0.9), ("Ardonia", "P488", "Ada Lie", 0.9)) == {("Ardonia", relation)}
