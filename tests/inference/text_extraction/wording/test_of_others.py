"""Relations whose words are about somebody or something else than the two names."""

import pytest

from inference.text_extraction.wording.of_others import without_others
from tests.inference.text_extraction.wording.marked import Row, field_of, named, rows


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


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("so [P Ada Lie]'s sons, [P Per Lie] and [P Bo Lie], sing.", ("Ada Lie", "P40", "Bo Lie", 0.9)),
        (
            "so [P Bo Lie] founded [O Fjell]. His wife, [P Ada Lie], chairs the company.",
            ("Fjell", "P488", "Ada Lie", 0.9),
        ),
        ("so [W Rain] was written and directed by [P Ada Lie].", ("Rain", "P58", "Ada Lie", 0.9)),
        ("so [O Fjell] named its founder, [P Ada Lie], as chief executive.", ("Fjell", "P169", "Ada Lie", 0.9)),
        ("so [O Fjell] was founded by its chairman, [P Ada Lie].", ("Fjell", "P112", "Ada Lie", 0.9)),
        (
            "so finance minister [P Ada Lie] was sworn in as prime minister of [L Norland].",
            ("Norland", "P6", "Ada Lie", 0.9),
        ),
        (
            "so [O Fjell] chairwoman [P Ada Lie] and the chief executive [P Bo Moe] met.",
            ("Fjell", "P169", "Bo Moe", 0.9),
        ),
        ("so [L Oslo]-based banks [O Brask] and [O Fjell] met.", ("Fjell", "P159", "Oslo", 0.9)),
    ],
)
def test_what_the_words_do_give_to_a_name_stays(text: str, row: Row) -> None:
    assert kept(text, row) == {row}


@pytest.mark.timeout(60)
def test_many_names_at_one_end_take_linear_time() -> None:
    text = "so [O Fjell] met " + ", ".join(f"[P Ada {n}]" for n in range(3000)) + "."
    field, mentions = field_of(text)
    given = [(0, n + 1, "P169", 0.5 + n / 10_000, "asserted") for n in range(3000)]
    assert without_others(given, range(len(mentions)), mentions, field)


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


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (
            "so [O Fjell NV], listed under the symbol [O FJL], was founded by [P Ada Lie].",
            ("FJL", "P112", "Ada Lie", 0.6),
        ),
        ("so [O Fjell] moved; only a plant in [L Moss] stayed.", ("Fjell", "P159", "Moss", 0.6)),
        ("so [P Bo Lie] tells [P Per Moe] that his wife, [P Ada Lie], left.", ("Per Moe", "P26", "Ada Lie", 0.6)),
        (
            "so [O Fjell], led by chief executive [P Ada Lie], grew; its founder is [P Bo Lie].",
            ("Fjell", "P112", "Ada Lie", 0.9),
        ),
    ],
)
def test_what_else_a_name_may_be(text: str, row: Row) -> None:
    assert kept(text, row) == set()


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("so [O Fjell] closed its plant and has its seat in [L Moss].", ("Fjell", "P159", "Moss", 0.6)),
        ("so [P Bo Lie] says that his wife, [P Ada Lie], left.", ("Bo Lie", "P26", "Ada Lie", 0.6)),
        ("so [O Fjell], founded and led by chief executive [P Ada Lie], grew.", ("Fjell", "P112", "Ada Lie", 0.9)),
    ],
)
def test_and_what_it_still_is(text: str, row: Row) -> None:
    assert kept(text, row) == {row}
