import pytest

from inference.text.types import Span
from inference.text_extraction.spans import named_span, named_type, nicknamed, whole_names


@pytest.mark.parametrize(
    ("text", "found", "named"),
    [
        ("its boss is R. T. Dahl", "Dahl", "R. T. Dahl"),
        ("R. T. Dahl", "Dahl", "R. T. Dahl"),
        ("said J.-P. Dahl", "Dahl", "J.-P. Dahl"),
        ("Poe, K. Dahl", "Dahl", "K. Dahl"),
        ("It was Plan B. Dahl", "Dahl", "Dahl"),
        ("So said Ole Poe. K. R. Dahl", "R. Dahl", "K. R. Dahl"),
        ("said von der Dahl", "Dahl", "von der Dahl"),
        ("Ole Dahl\n", "Ole Dahl\n", "Ole Dahl"),
    ],
)
def test_initials_belong_to_a_person_and_white_space_to_nobody(text: str, found: str, named: str) -> None:
    span = named_span(text, Span(text.index(found), text.index(found) + len(found)), "person")
    assert text[span.start : span.end] == named


def test_a_known_apostrophe_belongs_to_its_name() -> None:
    assert named_span("Macy's shut", Span(0, 4), "organization") == Span(0, 6)
    assert named_span("Orrin's mill", Span(0, 5), "organization") == Span(0, 5)


@pytest.mark.parametrize(
    ("text", "place", "named"),
    [
        ("the governor of Washington state, Bo", "Washington", "Washington state"),
        ("so Washington state media said", "Washington", "Washington"),
        ("so Bergen state law", "Bergen", "Bergen"),
    ],
)
def test_a_state_is_told_from_its_city(text: str, place: str, named: str) -> None:
    start = text.index(place)
    span = named_span(text, Span(start, start + len(place)), "location")
    assert text[span.start : span.end] == named


@pytest.mark.parametrize(
    ("surface", "type_", "named"),
    [
        ("Jean-Marc F. Amboise", "quantity", "person"),
        ("P. J. Moss-Kimura", "quantity", "person"),
        ("J. T. O'Dowd", "quantity", "person"),
        ("nine days", "quantity", "quantity"),
        ("J. Crew", "organization", "organization"),
    ],
)
def test_a_name_with_initials_is_no_quantity(surface: str, type_: str, named: str) -> None:
    assert named_type(surface, type_) == named


def test_initials_are_only_of_people() -> None:
    assert named_span("the A. Dahl", Span(7, 11), "organization") == Span(7, 11)


@pytest.mark.parametrize(
    ("text", "found", "wholes"),
    [
        ('so Olaf "Ole" Dahl sang', ["Olaf", 'Ole" Dahl'], [(0, 1)]),
        ("so Olaf “Ole” Dahl sang", ["Olaf", "Ole", "Dahl"], [(0, 2)]),
        ("so Ada Poe met Olaf (Ole) Dahl-Poe", ["Ada Poe", "Olaf", "Ole", "Dahl-Poe"], [(1, 3)]),
        ("so Olaf 'Ole' Dahl sang", ["Olaf 'Ole' Dahl"], []),
        ('so Olaf "Ole" sang', ["Olaf", "Ole"], []),
        ('so Olaf sang "Yes" Dahl said', ["Olaf", "Dahl"], []),
        ("so Olaf (AP) Dahl", ["Olaf", "Dahl"], []),
    ],
)
def test_a_name_with_a_nickname_is_one(text: str, found: list[str], wholes: list[tuple[int, int]]) -> None:
    pieces, place = [], 0
    for name in found:
        place = text.index(name, place)
        pieces.append((Span(place, place + len(name)), "person"))
        place += len(name)
    assert whole_names(pieces, nicknamed(text)) == wholes


def test_only_people_have_nicknames() -> None:
    text = 'so Orrin "Best" Mill shut'
    pieces = [(Span(3, 8), "organization"), (Span(10, 14), "person"), (Span(16, 20), "person")]
    assert whole_names(pieces, nicknamed(text)) == []


@pytest.mark.parametrize(
    ("text", "found", "named"),
    [
        ("former head coach Ann Roe", "coach", "head coach"),
        ("the men's basketball coach Ann Roe", "coach", "men's basketball coach"),
        ("its deputy foreign minister", "minister", "deputy foreign minister"),
        ("its bighead coach", "coach", "coach"),
        ("an angry minister", "minister", "minister"),
    ],
)
def test_what_qualifies_a_title_belongs_to_it(text: str, found: str, named: str) -> None:
    span = named_span(text, Span(text.index(found), text.index(found) + len(found)), "office")
    assert text[span.start : span.end] == named
