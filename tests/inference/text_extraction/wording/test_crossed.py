"""Relations that pair the name of one clause with that of another."""

import pytest

from inference.text_extraction.wording.crossed import without_crossed
from tests.inference.text_extraction.wording.marked import Row, field_of, named, rows


def kept(text: str, *given: Row) -> set[Row]:
    field, mentions = field_of(text)
    return named(mentions, without_crossed(rows(mentions, *given), mentions, field))


@pytest.mark.parametrize(
    "text",
    [
        "so [P Ada Lie] works for [O Fjell], while [P Bo Moe] works for [O Moss].",
        "so [P Ada Lie] is employed by [O Fjell]; her friend [P Bo Moe] works for [O Moss].",
    ],
)
def test_each_clause_keeps_its_own_pair(text: str) -> None:
    own = {("Ada Lie", "P108", "Fjell", 0.9), ("Bo Moe", "P108", "Moss", 0.9)}
    assert kept(text, *own, ("Bo Moe", "P108", "Fjell", 0.8), ("Ada Lie", "P108", "Moss", 0.7)) == own


def test_who_wrote_one_film_did_not_score_another() -> None:
    own = {("Salt", "P86", "Ada Lie", 0.95), ("Rust", "P58", "Bo Moe", 0.8)}
    text = "so [P Ada Lie] scored [W Salt], and [P Bo Moe] wrote the script of [W Rust]."
    assert kept(text, *own, ("Salt", "P86", "Bo Moe", 0.8)) == own


@pytest.mark.parametrize(
    ("text", "third"),
    [
        # As sure as the two others: it is said.
        ("so [P Ada Lie] works for [O Fjell] and, like [P Bo Moe], for [O Moss].", 0.9),
        # The two pairs are not apart.
        ("so [P Ada Lie] and [P Bo Moe] work for [O Fjell] and [O Moss].", 0.7),
    ],
)
def test_what_both_clauses_share_stays(text: str, third: float) -> None:
    given = {
        ("Ada Lie", "P108", "Fjell", 0.9),
        ("Bo Moe", "P108", "Moss", 0.9),
        ("Ada Lie", "P108", "Moss", third),
    }
    assert kept(text, *given) == given


def test_a_name_that_both_clauses_have_stays_with_both() -> None:
    text = "so [P Ada Lie] joined [O Moss] from [O Fjell], and [P Bo Moe] joined [O Brim] from [O Fjell]."
    field, mentions = field_of(text)
    pairs = (0, 1, 0.95), (0, 2, 0.7), (3, 4, 0.95), (3, 5, 0.9)
    given = [(one, other, "P54", score, "asserted") for one, other, score in pairs]
    assert without_crossed(given, mentions, field) == given


def test_one_is_born_unless_several_are_listed() -> None:
    own, other = ("Bo Moe", "P19", "Moss", 0.9), ("Ada Lie", "P19", "Moss", 0.6)
    assert kept("so [P Ada Lie]'s uncle, [P Bo Moe], was born in [L Moss].", own, other) == {own}
    assert kept("so [P Ada Lie] and [P Bo Moe] were born in [L Moss].", own, other) == {own, other}
