"""Relations that no word bears out: across sentences, into a quotation, and of somebody else."""

import pytest

from inference.text_extraction.wording.across import borne_out
from tests.inference.text_extraction.wording.marked import Row, field_of, named, rows


def kept(text: str, *given: Row) -> set[Row]:
    field, mentions = field_of(text)
    return named(mentions, borne_out(rows(mentions, *given), range(len(mentions)), mentions, field))


@pytest.mark.parametrize(
    "text",
    [
        "so [P Ada Lie] met [P Una Moe]. She was born in [L Moss].",
        "so [P Ada Lie] and [P Una Moe] spoke. Her home town is [L Moss].",
        'so [P Ada Lie] wrote to [P Una Moe] in May. "She comes from [L Moss]," it said.',
        "so [P Ada Lie], a baker, was succeeded by [P Una Moe]. She was born in [L Moss].",
    ],
)  # fmt: skip
def test_a_pronoun_that_may_mean_either_of_two_means_neither(text: str) -> None:
    assert kept(text, ("Ada Lie", "P19", "Moss", 0.8), ("Una Moe", "P19", "Moss", 0.7)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "so [P Ada Lie] spoke. She was born in [L Moss].",
        "so [P Ada Lie], who met [P Una Moe], spoke. She was born in [L Moss].",
        "so Mrs. [P Ada Lie] met Mr. [P Una Moe]. She was born in [L Moss].",
        "so [P Una Moe] left. [P Ada Lie] spoke. She was born in [L Moss].",
        "so [P Ada Lie] met [P Una Moe]. The town of [L Moss] knows them.",
    ],
)
def test_a_pronoun_that_can_mean_only_one_keeps_its_relation(text: str) -> None:
    assert ("Ada Lie", "P19", "Moss", 0.8) in kept(text, ("Ada Lie", "P19", "Moss", 0.8))


def test_one_of_two_whom_a_title_rules_out_is_not_meant() -> None:
    text = "so Mrs. [P Ada Lie] met Mr. [P Per Moe]. She was born in [L Moss]."
    given = ("Ada Lie", "P19", "Moss", 0.6), ("Per Moe", "P19", "Moss", 0.9)
    assert kept(text, *given) == {given[0]}


@pytest.mark.parametrize(
    "text",
    [
        "so [P Ada Lie] founded [O Acme]. The sister of [P Una Moe] paints.",
        "so [O Acme] was founded by [P Ada Lie]. [P Una Moe] paints.",
        "so [P Una Moe] paints. [P Ada Lie] founded [O Acme].",
        "so [O Acme], founded by [P Ada Lie], bakes. In May [P Una Moe] left town.",
    ],
)
def test_who_a_sentence_names_is_surer_than_who_the_next_one_names(text: str) -> None:
    given = ("Acme", "P112", "Ada Lie", 0.9), ("Acme", "P112", "Una Moe", 0.6)
    assert kept(text, *given) == {given[0]}


@pytest.mark.parametrize(
    "text",
    [
        "so [P Ada Lie] founded [O Acme]. [P Una Moe] helped to found it.",
        "so [P Ada Lie] founded [O Acme]. [P Una Moe] founded the firm with her.",
        "so [P Ada Lie] and [P Una Moe] founded [O Acme].",
        "so [P Ada Lie] founded [O Acme]. The company's other founder is [P Una Moe].",
    ],
)
def test_a_word_that_refers_back_ties_two_sentences(text: str) -> None:
    given = ("Acme", "P112", "Ada Lie", 0.9), ("Acme", "P112", "Una Moe", 0.6)
    assert kept(text, *given) == {*given}


def test_an_inverse_counts_as_the_same_and_places_do_not_rival() -> None:
    text = "so the [D K1] is made by [O Acme]. The [D K2] drill is made by [O Beta]."
    given = ("K1", "P176", "Acme", 0.6), ("Acme", "P1056", "K2", 0.5), ("K2", "P176", "Beta", 0.6)
    assert kept(text, *given) == {given[0], given[2]}
    text = "so [L Moss] is in [L Norland]. [L Hamar] lies farther north."
    places = ("Moss", "P17", "Norland", 0.9), ("Hamar", "P17", "Norland", 0.6)
    assert kept(text, *places) == {*places}


@pytest.mark.parametrize(
    "text",
    [
        'so "[P Ada Lie] founded [O Acme]," said [P Una Moe].',
        'so "[P Ada Lie] founded [O Acme]," [P Una Moe] said on Monday.',
        "so “[P Ada Lie] founded [O Acme],” said the historian [P Una Moe].",
        'so "My aunt, [P Ada Lie], founded [O Acme]," said [P Una Moe].',
        'so "[P Ada Lie] founded [O Acme]," [P Una Moe], a teacher, told them.',
    ],
)
def test_who_is_quoted_is_no_part_of_what_the_quotation_says(text: str) -> None:
    given = ("Acme", "P112", "Ada Lie", 0.6), ("Acme", "P112", "Una Moe", 0.9)
    assert kept(text, *given) == {given[0]}


@pytest.mark.parametrize(
    "text",
    [
        'so "I founded [O Acme] at home," said [P Una Moe].',
        'so "We at [O Acme] bake," said [P Una Moe].',
        'so "[O Acme] bakes," said [P Una Moe], its founder.',
        'so "[O Acme] bakes," it said. [P Una Moe] left.',
        "so [O Acme] bakes, said [P Una Moe].",
    ],
)
def test_who_speaks_of_himself_keeps_his_relations(text: str) -> None:
    given = ("Acme", "P112", "Una Moe", 0.9)
    assert kept(text, given) == {given}


def test_a_speaker_has_the_kin_whom_he_calls_his() -> None:
    text = 'so "My father, [P Jon Lie], founded [O Acme]," said [P Ada Lie].'
    assert kept(text, ("Ada Lie", "P22", "Jon Lie", 0.8)) == {("Ada Lie", "P22", "Jon Lie", 0.8)}
    text = 'so "[P Jon Lie] founded [O Acme]," said [P Ada Lie].'
    assert kept(text, ("Ada Lie", "P22", "Jon Lie", 0.8)) == set()


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("so [P Ada Lie] was born in a village near [L Moss].", ("Ada Lie", "P19", "Moss", 0.9)),
        ("so [P Ada Lie] died in a hut outside [L Moss].", ("Ada Lie", "P20", "Moss", 0.9)),
        ("so [O Acme] is based a few miles from [L Moss].", ("Acme", "P159", "Moss", 0.9)),
        ("so [O Acme]'s founder's son, [P Ada Lie], sang.", ("Acme", "P112", "Ada Lie", 0.9)),
        ("so [P Ada Lie], the wife of the founder of [O Acme], sang.", ("Acme", "P112", "Ada Lie", 0.9)),
    ],
)
def test_what_is_said_of_another_is_not_said_of_this_one(text: str, given: Row) -> None:
    assert kept(text, given) == set()


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("so [P Ada Lie] grew up near the sea and was born in [L Moss].", ("Ada Lie", "P19", "Moss", 0.9)),
        ("so [O Acme]'s founder, [P Ada Lie], sang.", ("Acme", "P112", "Ada Lie", 0.9)),
        ("so [P Ada Lie], the founder of [O Acme], sang.", ("Acme", "P112", "Ada Lie", 0.9)),
        ("so [O Acme]'s chief, Bo's brother [P Ada Lie], sang.", ("Acme", "P169", "Ada Lie", 0.9)),
    ],
)
def test_what_is_said_of_this_one_stays(text: str, given: Row) -> None:
    assert kept(text, given) == {given}


@pytest.mark.timeout(60)
def test_many_relations_take_linear_time() -> None:
    text = (
        "so "
        + 'in May [P Ada Lie] met [P Una Moe]. She was born in [L Moss]. "[O Acme] bakes," said [P Ada Lie]. ' * 2000
    )
    field, mentions = field_of(text)
    relations = [(i, i + 2, "P19", 0.9, "asserted") for i in range(len(mentions) - 2)]
    assert borne_out(relations, range(len(mentions)), mentions, field)
