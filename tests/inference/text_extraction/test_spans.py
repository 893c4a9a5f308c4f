import pytest

from inference.text.types import Span
from inference.text_extraction.spans import named_span


@pytest.mark.parametrize(
    ("text", "found", "named"),
    [
        ("its boss is R. T. Dahl", "Dahl", "R. T. Dahl"),
        ("R. T. Dahl", "Dahl", "R. T. Dahl"),
        ("said J.-P. Dahl", "Dahl", "J.-P. Dahl"),
        ("Poe, K. Dahl", "Dahl", "K. Dahl"),
        ("It was Plan B. Dahl", "Dahl", "Dahl"),
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


def test_initials_are_only_of_people() -> None:
    assert named_span("the A. Dahl", Span(7, 11), "organization") == Span(7, 11)
