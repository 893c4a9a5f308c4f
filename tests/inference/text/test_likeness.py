"""Copies of a report share a key, whatever their publishers changed; other reports do not."""

import random

import pytest

from inference.text.likeness import FEWEST, KEYS, WORDS, likeness

WORD_LIST = [f"word{n}" for n in range(400)]


def report(seed: int, words: int = 300) -> list[str]:
    return random.Random(seed).choices(WORD_LIST, k=words)  # noqa: S311 - test data, not a secret


def shared(one: list[str] | str, other: list[str] | str) -> int:
    keys = [set(likeness(text if isinstance(text, str) else " ".join(text))) for text in (one, other)]
    return len(keys[0] & keys[1])


def test_a_copy_has_all_keys_whatever_its_signs_and_capitals() -> None:
    text = " ".join(report(1))
    assert shared(text, text.upper().replace(" ", " — ")) == KEYS
    assert likeness(text) == likeness(text)
    assert len(set(likeness(text))) == KEYS


def test_a_copy_may_begin_with_a_place_and_end_early() -> None:
    copies = 0
    for seed in range(100):
        text = report(seed)
        copies += shared(text, ["GENEVA", "Agency", *text[: WORDS - 30], "Editing", "by", "A.", "Lee"]) > 0
    assert copies >= 90


def test_a_copy_in_which_three_words_were_changed_is_one_still() -> None:
    copies = 0
    for seed in range(100):
        text = report(seed)
        for place in (20, 60, 100):
            text[place] = "changed"
        copies += shared(text, report(seed)) > 0
    assert copies >= 97


def test_a_paragraph_of_background_makes_no_copy() -> None:
    background = report(0, 20)
    assert sum(shared([*background, *report(n, 200)], [*background, *report(n + 500, 200)]) > 0 for n in range(200)) < 4


def test_other_texts_share_nothing() -> None:
    texts = [likeness(" ".join(report(n))) for n in range(300)]
    assert len({key for keys in texts for key in keys}) == 300 * KEYS


def test_what_is_too_short_has_none() -> None:
    assert likeness(" ".join(report(1, FEWEST - 1))) == ()
    assert len(likeness(" ".join(report(1, FEWEST)))) == KEYS


def test_a_chinese_character_is_a_word() -> None:
    text = "".join(chr(0x4E00 + n) for n in random.Random(1).choices(range(900), k=90))  # noqa: S311
    assert shared(text, f"新华社北京电{text}") > 0


@pytest.mark.parametrize("text", ["", "\x00" * 100_000, "a" * 1_000_000, "\ud800 " * 30, "é" * 50 + " é" * 50])
def test_any_text_has_keys_or_none(text: str) -> None:
    assert len(likeness(text)) in {0, KEYS}


def test_the_keys_are_those_that_graphs_hold() -> None:
    """Other keys are another `VERSION`."""
    assert likeness(" ".join(WORD_LIST[:40]))[:2] == ("d51b368abd56", "62058a09f3bb")
