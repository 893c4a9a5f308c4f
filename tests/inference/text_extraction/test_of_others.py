"""Relations whose words are about somebody or something else than the two names."""

import pytest

from inference.text_extraction.wording.of_others import without_others
from tests.inference.text_extraction.marked import Row, field_of, named, rows


def kept(text: str, *given: Row) -> set[Row]:
    field, mentions = field_of(text)
    return named(mentions, without_others(rows(mentions, *given), range(len(mentions)), mentions, field))


@pytest.mark.parametrize(
    "text",
    [
        "so [P Una Moe]'s brother, [P Per Moe], owns the mill [O Fjell].",
        "so [P Una Moe]’s late husband founded [O Fjell] in May.",  # noqa: RUF001
        "so [P Una Moe] sings. Her husband, [P Per Moe], owns the mill [O Fjell].",
    ],
)
def test_what_somebodys_kin_does_is_not_said_of_him(text: str) -> None:
    assert kept(text, ("Fjell", "P127", "Una Moe", 0.9)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "so [P Una Moe]'s mill, [O Fjell], bakes.",
        "so [P Una Moe]'s brother said that she owns [O Fjell].",
        "so [P Una Moe] sings. Her husband, [P Per Moe], says that she owns [O Fjell].",
        "so [P Una Moe] sings. Her mill is [O Fjell].",
    ],
)
def test_a_word_that_refers_back_keeps_it(text: str) -> None:
    assert kept(text, ("Fjell", "P127", "Una Moe", 0.9)) != set()


def test_kinship_itself_stays() -> None:
    given = ("Una Moe", "P3373", "Per Moe", 0.9)
    assert kept("so [P Una Moe] sings. Her brother, [P Per Moe], bakes.", given) == {given}


@pytest.mark.parametrize(
    "text",
    [
        "so [P Ada Lie] sings. Her sister, [P Una Lie], is married to [P Per Moe].",
        "so [P Ada Lie]'s sister, [P Una Lie], is married to [P Per Moe].",
    ],
)
def test_the_husband_of_a_sister_is_not_ones_own(text: str) -> None:
    assert kept(text, ("Ada Lie", "P26", "Per Moe", 0.9)) == set()


def test_a_place_is_the_seat_of_the_name_that_follows_it() -> None:
    text = "so [O Brask], a unit of [L Oslo]-based retail group [O Fjell], bakes."
    given = ("Brask", "P159", "Oslo", 0.9), ("Fjell", "P159", "Oslo", 0.8)
    assert kept(text, *given) == {given[1]}


def test_who_produced_a_film_did_not_direct_it() -> None:
    text = "so the film [W Rain] was directed by [P Ada Lie] and produced by [P Una Moe]."
    given = ("Rain", "P57", "Ada Lie", 0.9), ("Rain", "P57", "Una Moe", 0.8), ("Rain", "P162", "Una Moe", 0.6)
    assert kept(text, *given) == {given[0], given[2]}


def test_the_founder_is_not_the_chair() -> None:
    text = "so [O Fjell], whose chairwoman is [P Ada Lie], mourns its founder, [P Una Moe]."
    given = ("Fjell", "P488", "Ada Lie", 0.9), ("Fjell", "P488", "Una Moe", 0.6), ("Fjell", "P112", "Una Moe", 0.9)
    assert kept(text, *given) == {given[0], given[2]}


@pytest.mark.parametrize(
    ("title", "heads"),
    [("home minister", False), ("trade secretary", False), ("prime minister", True), ("chief minister", True)],
)
def test_a_minister_is_no_head_of_government(title: str, heads: bool) -> None:
    given = ("Norland", "P6", "Ada Lie", 0.9)
    assert (given in kept(f"so [L Norland] {title} [P Ada Lie] spoke.", given)) is heads


def test_the_father_of_a_mayor_was_born_elsewhere() -> None:
    text = "so [P Ada Lie], whose father, [P Per Lie], was born in [L Moss], sings."
    assert kept(text, ("Ada Lie", "P19", "Moss", 0.9)) == set()


def test_who_is_named_after_the_mayor_is_not_the_mayor() -> None:
    text = "so it was founded by the mayor of [L Moss], [P Ada Lie], and the actress [P Una Moe]."
    given = ("Moss", "P6", "Ada Lie", 0.7), ("Moss", "P6", "Una Moe", 0.6)
    assert kept(text, *given) == {given[0]}


def test_two_names_that_are_each_surer_to_belong_to_another_are_not_related() -> None:
    text = "so [O Fjell] makes the [D RT-71], while the [D RT-74] is made by [O Brask]."
    given = ("RT-71", "P176", "Fjell", 0.9), ("RT-74", "P176", "Brask", 0.9), ("RT-71", "P176", "Brask", 0.6)
    assert kept(text, *given) == set(given[:2])
    assert kept(text, given[0], given[2]) == {given[0], given[2]}


def test_a_sentence_with_both_names_says_how_they_are_related() -> None:
    text = "so [P Ada Lie] did not study at [O Fjell]. [P Ada Lie] studied at [O Brask]."
    field, mentions = field_of(text)
    (row,) = without_others([(2, 1, "P69", 0.7, "asserted")], range(4), mentions, field)
    assert row[:2] == (0, 1)


def test_a_sentence_that_speaks_of_it_by_a_word_keeps_its_own_say() -> None:
    text = "so [P Ada Lie] founded [O Fjell]. The company's chief executive is [P Ada Lie]."
    field, mentions = field_of(text)
    (row,) = without_others([(1, 2, "P169", 0.9, "asserted")], range(3), mentions, field)
    assert row[:2] == (1, 2)
