import pytest

from inference.text.names.bylines import authors
from inference.text.names.datelines import dateline


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Doe and John Smith", ["Jane Doe", "John Smith"]),
        ("JANE DOE, Associated Press", ["JANE DOE", "Associated Press"]),
        ("María José de la Cruz; AFP", ["María José de la Cruz", "Agence France-Presse"]),
        ("Jane Doe in Berlin", ["Jane Doe"]),
        ("By Ann Lee, Foreign Editor", ["Ann Lee"]),
        ("Reuters Staff", []),
        ("Editorial board", []),
        ("Doe, Jane", []),
        ("admin", []),
        ("https://example.org/staff", []),
        ("jane@example.org", []),
        ("", []),
        ("By ", []),
        (" & , ; | and ", []),
    ],
)
def test_a_byline_names_people_and_agencies_and_nothing_else(byline: str, names: list[str]) -> None:
    found = authors(byline)
    assert [author.name for author in found] == names
    for author in found:
        assert byline[author.start : author.end] == author.name or author.type == "organization"
        assert byline[author.start : author.end].strip() == byline[author.start : author.end]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ("GENEVA, Nov 3 (Example Agency) — The council met.", "Geneva"),
        ("Paris (AFP) – A court ruled.", "Paris"),  # noqa: RUF001
        ("NEW YORK (AP) — Stocks fell.", "New York"),
        ("BEIJING, Nov. 3 (Xinhua) -- Trade grew.", "Beijing"),
        ("LONDON/PARIS (Reuters) - Talks began.", "London"),
        ("PORTLAND, Maine — Snow fell.", "Portland"),
        ("NATO - The alliance met.", None),
        ("IBM — the company — grew.", None),
        ("BREAKING — A fire broke out.", None),
        ("Apple (AAPL) – shares fell.", None),  # noqa: RUF001
        ("The UN (United Nations) - hello.", None),
        ("Rain fell in Paris.", None),
    ],
)
def test_a_dateline_names_the_place(body: str, place: str | None) -> None:
    named = dateline(body, {"PORTLAND"})
    assert (named.name if named else None) == place
    if named:
        assert body[named.start : named.end].lower() == named.name.lower()


def test_capitals_alone_are_no_place_unless_they_are_known_for_one() -> None:
    assert dateline("PORTLAND — Snow fell.") is None
    assert dateline("PORTLAND — Snow fell.", {"PORTLAND"}) is not None
