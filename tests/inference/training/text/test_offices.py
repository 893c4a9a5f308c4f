"""Offices are no names, and the country in a link to one is."""

import pytest

from inference.training.text.sources.gazetteer import Gazetteer
from inference.training.text.sources.offices import bare_offices, country_of_office, is_office
from inference.training.text.sources.passages import Mark, Passage, types

pytestmark = pytest.mark.training
GAZETTEER = Gazetteer(
    countries=frozenset({"Germany"}),
    demonyms=frozenset({"French"}),
    nations=frozenset({"Germany"}),
    companies=frozenset(),
    homes={},
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("U.S. President", "U.S."),
        ("French Prime Minister", "French"),
        ("Germany's Foreign Minister", "Germany"),
        ("Deputy Prime Minister", ""),
        ("President of Germany", ""),
        ("French Open", ""),
    ],
)
def test_of_country_and_office_only_the_country_is_a_name(text, wanted):
    mark = country_of_office(f"The {text} spoke", 4, 4 + len(text), GAZETTEER)
    assert (text[: mark.end - 4] if mark else "") == wanted
    assert mark is None or mark.types == types(("misc" if wanted == "French" else "location",))


def test_offices_outside_marks_are_bare():
    text = "Deputy Prime Minister Jane Roe met Foreign Minister John Doe of the Presidents Club and Prime Ministers."
    club = text.index("Presidents Club")
    passage = Passage("x", "x", text, (Mark(club, club + 15, types(("organization",))),))
    found = [text[a:b] for a, b in bare_offices(passage)]
    assert found == ["Deputy Prime Minister", "Foreign Minister", "Prime Ministers"]


@pytest.mark.parametrize(
    ("text", "office"), [("Justice Minister", True), ("Minister Jane Roe", False), ("Ministry", False)]
)
def test_an_office_is_nothing_but_one(text, office):
    assert is_office(text) is office
