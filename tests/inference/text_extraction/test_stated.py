"""What the words of a sentence state is added to what the model found, and rules some of it out."""

import pytest

from inference.text.budget import Budget, TooCostlyError
from inference.text_extraction.wording.stated import SURE, with_statements
from tests.inference.text_extraction.marked import Row, field_of, named, rows


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
