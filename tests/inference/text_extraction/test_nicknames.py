import pytest

from inference.text.types import Span
from inference.text_extraction.mentions import RawMention, name_mentions


def named(text, *parts, type_="person"):
    at, raw = 0, []
    for part in parts:
        at = text.index(part, at)
        raw.append(RawMention("body", Span(at, at + len(part)), text, type_, 0.9))
        at += len(part)
    return [mention and (mention.name, text[mention.span.start : mention.span.end]) for mention in name_mentions(raw)]


@pytest.mark.parametrize(
    "whole,parts",
    [
        ('Margaret "Meg" Halden', ("Margaret", 'Meg" Halden')),
        ("Margaret “Meg” Halden", ("Margaret", "Meg” Halden")),
        ("Margaret (Meg) Halden", ("Margaret", "Meg) Halden")),
        ("Margaret Ann (Meg) Halden", ("Margaret Ann (Meg", "Halden")),
        ('Margaret "Meg" Halden', ("Margaret", "Meg", "Halden")),
    ],
)
def test_a_name_that_was_cut_at_the_nickname_is_one(whole, parts):
    text = f"{whole} runs the mill. Meg Halden is glad."
    *cut, last, later = named(text, *parts, "Meg Halden")
    assert cut == [None] * len(cut)
    assert last[1] == whole
    assert later[0] == last[0]


def test_two_people_are_not_joined():
    assert named("Halden (Oslo) Brun", "Halden", "Brun") == [("Halden", "Halden"), ("Brun", "Brun")]
    assert None not in named('Ann Lund, "Bob" and Halden', "Ann Lund", "Bob", "Halden")
    assert None not in named('Halden "Meg" Brun', "Halden", "Meg", "Brun", type_="work")
