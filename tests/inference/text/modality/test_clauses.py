"""What of a sentence is said of the two names, and what of something else in it."""

from datetime import date

import pytest

from inference.text.modality.reading import Reading, is_apposed, read_modality, sets_apart, stays
from inference.text.types import Span

PUBLISHED = date(2026, 3, 2)


def spans(sentence: str, subject: str, object_: str) -> tuple[Span, Span]:
    return tuple(Span(sentence.index(name), sentence.index(name) + len(name)) for name in (subject, object_))  # type: ignore[return-value]


def modality(sentence: str, subject: str, object_: str, **more: bool) -> str:
    return read_modality(sentence, *spans(sentence, subject, object_), PUBLISHED, **more).modality


IN_PASSING = [
    "Acme has not paid its chief executive, Ann Lee, since May.",
    "Neither union met Acme until its new chief executive officer, Dr. Ann Lee, had apologised.",
    "Did Acme warn its chairwoman, Ann Lee?",
    "Acme may sue its owner, Ann Lee.",
]


@pytest.mark.parametrize("sentence", IN_PASSING)
def test_an_office_in_passing_is_held_whatever_the_clause_denies(sentence: str) -> None:
    name = "Dr. Ann Lee" if "Dr." in sentence else "Ann Lee"
    assert modality(sentence, "Acme", name, of_office=True) == "asserted"
    assert is_apposed(sentence, *spans(sentence, "Acme", name), of_office=True)
    # Who did not found it is said to be its chief executive, and not its founder.
    assert modality(sentence, "Acme", name) != "asserted"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Acme has not named its next chief executive, Ann Lee.", "denied"),
        ("Acme has dismissed its chief executive, Ann Lee.", "past"),
    ],
)
def test_what_stands_in_the_title_or_ends_it_counts(sentence: str, expected: str) -> None:
    assert modality(sentence, "Acme", "Ann Lee", of_office=True) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Ann Lee will not be leaving: she is the chief executive of Acme.", "asserted"),
        ("Beta says Acme had never paid it; Ann Lee, its chief executive, left.", "asserted"),
        ("A post suggests that Ann Lee left; records show that she runs Acme.", "asserted"),
        ("Ann Lee, not Bo Moe, owns Acme.", "asserted"),
        ("Bo Moe, not Ann Lee, owns Acme.", "denied"),
        ("It does not cover the pump, whose maker Ann Lee owns Acme.", "asserted"),
        ("Ann Lee failed on Monday to become head of Acme.", "denied"),
        ('Ann Lee dismissed as "pure invention" a report that she owns Acme.', "denied"),
        ("Among the names being discussed for chairman of Acme are Ann Lee and Bo Moe.", "possible"),
        ("A chain message has it that Ann Lee owns Acme.", "possible"),
        ("Nobody who saw Ann Lee as Mayor Una Moe of Acme in the film Rain forgot it.", "possible"),
        ("Ann Lee, once the mayor of Acme, sings.", "past"),
        ("Ann Lee, until recently the head of Acme, sings.", "past"),
        ("Ann Lee, once a singer, is the head of Acme.", "asserted"),
        ("Having stepped down in May as chairwoman of Acme, Ann Lee sings.", "past"),
        ("After 30 years in Acme, the firm of Ann Lee moved to York.", "past"),
        ("Ann Lee closed its Acme headquarters.", "past"),
        ("Ann Lee, the chief executive of Acme until January, sings.", "past"),
        ("The people who had been asked left. Acme is run by Ann Lee.", "asserted"),
    ],
)
def test_only_the_clause_that_joins_the_names_counts(sentence: str, expected: str) -> None:
    assert modality(sentence, "Acme", "Ann Lee") == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Acme chief executive Ann Lee will meet the minister on March 13.", "asserted"),
        ("Ann Lee, the head of Acme, plans to resign on March 13.", "asserted"),
        ("Acme thanked its chairwoman, Ann Lee, who will resign on March 13.", "asserted"),
        ("Ann Lee becomes chief executive of Acme on March 13.", "planned"),
        ("Ann Lee, chief executive of Acme from March 13, sings.", "planned"),
    ],
)
def test_who_has_a_title_has_it_today_whatever_is_to_come(sentence: str, expected: str) -> None:
    assert modality(sentence, "Acme", "Ann Lee", of_office=True) == expected


def test_a_month_alone_ends_a_term() -> None:
    sentence = "Ann Lee was the chief executive of Acme until January."
    assert read_modality(sentence, *spans(sentence, "Acme", "Ann Lee"), PUBLISHED) == Reading("past", "", "2026-01")
    sentence = "Ann Lee has been chief executive of Acme since May."
    assert read_modality(sentence, *spans(sentence, "Acme", "Ann Lee"), PUBLISHED) == Reading("asserted", "2025-05", "")


def test_a_contrast_and_what_goes_on() -> None:
    sentence = "Ann Lee, Not Bo Moe, Is the Owner of Acme"
    assert sets_apart(sentence, *spans(sentence, "Acme", "Ann Lee"))
    assert not sets_apart(sentence, *spans(sentence, "Acme", "Bo Moe"))
    for verb, expected in (("remain", True), ("become", False)):
        sentence = f"Ann Lee will {verb} mayor of Acme."
        assert stays(sentence, *spans(sentence, "Acme", "Ann Lee")) is expected
