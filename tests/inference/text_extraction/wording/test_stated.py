"""What the words of a sentence state is added to what the model found, and rules some of it out."""

import pytest

from inference.text.budget import Budget, TooCostlyError
from inference.text_extraction.wording.stated import SURE, with_statements
from tests.inference.text_extraction.wording.marked import Row, field_of, named, rows


def found(text: str, *given: Row) -> set[Row]:
    field, mentions = field_of(text)
    return named(mentions, with_statements(rows(mentions, *given), range(len(mentions)), mentions, field))


def test_what_is_stated_is_sure_even_if_the_model_doubts_it() -> None:
    text = "so [O Fjell] was bought by [O Brask]. Its founder is unknown."
    assert ("Fjell", "P127", "Brask", SURE) in found(text, ("Fjell", "P127", "Brask", 0.2))
    assert found(text) == {("Fjell", "P127", "Brask", SURE)}


def test_offices_are_words_and_not_names() -> None:
    text = "so [P Ada Lie], the [F chief executive] of [O Fjell], bakes."
    assert found(text) == {("Fjell", "P169", "Ada Lie", SURE)}


def test_the_word_of_kinship_decides() -> None:
    text = "so [P Ada Lie] is survived by her father, [P Jon Lie]."
    given = ("Ada Lie", "P25", "Jon Lie", 0.8), ("Jon Lie", "P40", "Ada Lie", 0.7), ("Jon Lie", "P26", "Ada Lie", 0.9)
    assert found(text, *given) == {("Ada Lie", "P22", "Jon Lie", SURE), given[1]}


def test_who_is_said_to_be_married_is_married_to_nobody_else_in_the_sentence() -> None:
    text = "so [P Jon Lie], the son of [P Ada Lie], married [P Eva Moe]. He thanked [P Bo Moe]."
    given = ("Ada Lie", "P26", "Eva Moe", 0.7), ("Bo Moe", "P26", "Ada Lie", 0.6)
    left = found(text, *given)
    assert given[0] not in left
    assert {given[1], ("Jon Lie", "P26", "Eva Moe", SURE)} <= left


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("so [P Ada Lie] sings. Her sister, [P Una Lie], bakes.", ("Ada Lie", "P3373", "Una Lie")),
        ("so [P Ada Lie] sings. She was born in [L Moss].", ("Ada Lie", "P19", "Moss")),
        ("so [P Ada Lie] died. Survivors include her son, [P Bo Lie].", ("Ada Lie", "P40", "Bo Lie")),
        ("so [O Fjell] bakes. The company's chief executive is [P Ada Lie].", ("Fjell", "P169", "Ada Lie")),
        ("so [O Fjell] bakes. The bakery was sold. The firm was founded by [P Ada Lie].", None),
        ("so [O Fjell] bakes. The firm was founded by [P Ada Lie].", ("Fjell", "P112", "Ada Lie")),
        ("so [O Fjell] sued [O Brask]. The firm was founded by [P Ada Lie].", None),
        (
            "so [O Fjell Trust] sued [O Brask]. The trust was founded by [P Ada Lie].",
            ("Fjell Trust", "P112", "Ada Lie"),
        ),
        ("so [P Ada Lie] sings. [P Una Lie], her elder sister, bakes.", ("Ada Lie", "P3373", "Una Lie")),
        ("so [P Ada Lie] met [P Bo Moe]. [P Una Lie], her sister, bakes.", None),
        ("so the singer died, her agent [P Bo Moe] said. She was born in [L Moss].", None),
        ("so shares fell, [O Brask] reported. The company's chief executive is [P Ada Lie].", None),
        ("so shares fell, according to [O Brask]. The company's chief executive is [P Ada Lie].", None),
        ("so [P Ada Lie] met [P Una Moe]. She was born in [L Moss].", None),
    ],
)
def test_the_first_words_of_a_sentence_stand_for_the_only_name_before_that_they_can_mean(text, fact) -> None:
    assert found(text) == ({(*fact, SURE)} if fact else set())


def test_a_list_of_those_left_behind_says_of_whom_they_are_the_kin() -> None:
    text = "so [P Per Moe] is survived by his brother, [P Bo Moe], and his daughter, [P Ada Moe]."
    given = ("Bo Moe", "P40", "Ada Moe", 0.9), ("Per Moe", "P40", "Ada Moe", 0.6)
    assert found(text, *given) == {given[1], ("Per Moe", "P3373", "Bo Moe", SURE), ("Per Moe", "P40", "Ada Moe", SURE)}


def test_so_does_one_whose_sentence_does_not_name_him() -> None:
    text = "so [P Per Moe] died. Survivors include his wife, [P Una Moe], and his son, [P Bo Moe]."
    left = found(text, ("Una Moe", "P40", "Bo Moe", 0.9))
    assert left == {("Per Moe", "P26", "Una Moe", SURE), ("Per Moe", "P40", "Bo Moe", SURE)}


def test_each_sentence_is_read_by_itself_and_nobody_is_his_own_kin() -> None:
    assert found("so [P Ada Lie] spoke. was born in [L Moss].") == set()
    assert found("so [P Ada Lie]'s brother is [P Ada Lie].") == set()


def test_reading_wordings_is_charged() -> None:
    field, mentions = field_of("so [O Fjell] was bought by [O Brask]. " * 50)
    with Budget(units=1000).open(), pytest.raises(TooCostlyError):
        with_statements([], range(len(mentions)), mentions, field)


@pytest.mark.timeout(60)
def test_many_sentences_take_linear_time() -> None:
    field, mentions = field_of("So [P Ada Lie], the wife of [P Jon Lie], left [O Fjell]. " * 2000)
    assert with_statements([], range(len(mentions)), mentions, field)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        # "He" is not the wife of the sentence before, but whom her own sentence was about.
        (
            "so [P Bo Lie] died. His wife, [P Ada Lie], died in May. He is survived by his sister, [P Una Lie].",
            ("Bo Lie", "P3373", "Una Lie"),
        ),
        ("so [P Ada Lie] sings. The singer was born in [L Moss].", ("Ada Lie", "P19", "Moss")),
        ("so [P Ada Lie] met [P Bo Moe]. The singer was born in [L Moss].", None),
    ],
)
def test_whom_the_first_words_mean(text: str, fact: tuple[str, str, str] | None) -> None:
    left = {row[:3] for row in found(text)}
    assert fact in left if fact else not left
    assert ("Ada Lie", "P3373", "Una Lie") not in left


@pytest.mark.parametrize(
    ("text", "given", "stays"),
    [
        ("so the owner of [O Fjell], [P Bo Lie], met [P Per Moe].", ("Fjell", "P127", "Per Moe", 0.5), False),
        ("so the owner of [O Fjell], [P Bo Lie], met [P Per Moe].", ("Fjell", "P127", "Per Moe", 0.9), True),
        ("so the owner of [O Fjell], [P Bo Lie], and [P Per Moe] met.", ("Fjell", "P127", "Per Moe", 0.5), True),
        (
            "so [O Fjell], whose chairman is [P Bo Lie], sued [O Brask], whose chairman, [P Per Moe], left.",
            ("Fjell", "P488", "Per Moe", 0.94),
            False,
        ),
    ],
)
def test_what_is_stated_leaves_no_room_for_others_in_its_sentence(text: str, given: Row, *, stays: bool) -> None:
    assert (given in found(text, given)) is stays
