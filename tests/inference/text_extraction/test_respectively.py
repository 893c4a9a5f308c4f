import re

import pytest

from inference.text.language.sentences import split_sentences
from inference.text.types import Span, TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.respectively import paired

PEOPLE = frozenset(("Ada", "Ole", "Ida", "Per"))


def facts(text: str, *found: tuple[str, str, float]) -> set[tuple[str, str, float]]:
    """Returns the relations between names of a text, given those that a model found."""
    mentions = [
        TextMention("body", Span(*m.span()), m[0], "person" if m[0] in PEOPLE else "location", m[0], 0.9)
        for m in re.finditer(r"[A-Z][a-z]+", text)
    ]
    place = {mention.name: i for i, mention in enumerate(mentions)}
    field = SplitField("body", text, split_sentences(text), [])
    relations = [(place[one], place[other], "P19", score, "asserted") for one, other, score in found]
    named = paired(relations, range(len(mentions)), mentions, field)
    return {(mentions[one].name, mentions[other].name, score) for one, other, _, score, _ in named}


@pytest.mark.parametrize(
    "text",
    [
        "so Ada and Ole were born in Moss and Bergen, respectively.",
        "so Ada and Ole were born in Moss and Bergen respectively, in spring.",
        "so Ada and Ole, respectively natives of Moss and Bergen, sang.",
        "so Ada and the older Ole were respectively born in Moss and the town of Bergen.",
        "so Ada and Ole, who met in Oslo, were born in Moss and Bergen (respectively).",
    ],
)
def test_two_lists_are_paired_in_their_order(text: str) -> None:
    assert facts(text, ("Ada", "Moss", 0.9), ("Ole", "Moss", 0.8)) == {("Ada", "Moss", 0.9), ("Ole", "Bergen", 0.9)}


def test_one_list_may_be_paired_twice() -> None:
    text = "so Ada and Ole, born in Moss and Bergen respectively, live in Oslo and Paris, in that order."
    assert facts(text, ("Ada", "Bergen", 0.9), ("Ole", "Oslo", 0.8)) == {
        ("Ada", "Moss", 0.9),
        ("Ole", "Bergen", 0.9),
        ("Ada", "Oslo", 0.8),
        ("Ole", "Paris", 0.8),
    }


def test_three_by_three_and_the_other_direction() -> None:
    text = "so Moss, Bergen and Oslo are home to Ada, Ole and Ida, respectively. And Per left Bergen."
    assert facts(text, ("Ada", "Oslo", 0.6), ("Per", "Bergen", 0.7)) == {
        ("Ada", "Moss", 0.6),
        ("Ole", "Bergen", 0.6),
        ("Ida", "Oslo", 0.6),
        ("Per", "Bergen", 0.7),
    }


@pytest.mark.parametrize(
    "text",
    [
        "so Ada and Ole were born in Moss and Bergen.",
        "so Ada, Ole and Ida were born in Moss and Bergen, respectively.",
        "so Ada and Ole were born in Moss and Bergen. They were respectively the oldest.",
    ],
)
def test_without_the_word_or_with_lists_of_other_lengths_nothing_changes(text: str) -> None:
    found = (("Ada", "Moss", 0.9), ("Ole", "Moss", 0.8))
    assert facts(text, *found) == {*found}


@pytest.mark.timeout(60)  # a quadratic one would take hours
def test_many_lists_take_linear_time() -> None:
    text = "so " + "Ada and Ole were born in Moss and Bergen, respectively, and " * 3000
    assert len(facts(text, ("Ada", "Moss", 0.9))) == 2
