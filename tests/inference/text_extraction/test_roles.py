import pytest

from inference.text.names.roles import agreed, of_one_life, unlike
from inference.text.types import Span, TextDocument, TextMention
from inference.text_extraction.roles import with_roles

PLACES = {"Canadian": "misc", "Bergen": "location", "Velmark": "location", "Iran": "location"}


def role(text, name="Ida Storm", surname=""):
    mentions = []
    for word, type_ in {name: "person", **({surname: "person"} if surname else {}), **PLACES}.items():
        at = text.rfind(word) if word == surname else text.find(word)
        if at >= 0:
            full = name if type_ == "person" else word
            mentions.append(TextMention("body", Span(at, at + len(word)), word, type_, full, 0.9, word))
    (found,) = {one.role for one in with_roles(mentions, TextDocument("d", "", text)) if one.type == "person"}
    return found


@pytest.mark.parametrize(
    "text,expected",
    [
        ("Ida Storm, the footballer, was hurt.", "sport/football"),
        ("Ida Storm, 34, a young painter from Bergen, won.", "art"),
        ("Painter Ida Storm won.", "art"),
        ("The mayor of Bergen, Ida Storm, won.", "politics/NO"),
        ("Velmark's former prime minister Ida Storm won.", "politics/velmark"),
        ("Canadian senator Ida Storm won.", "politics/CA"),
        ("Ida Storm is the prime minister of Velmark, it said.", "politics/velmark"),
        ("Ida Storm was a well-known novelist and critic.", "writing"),
        ("Ida Storm, who is a nurse, helped.", "medicine"),
        ("Attorney General Ida Storm sued.", "politics"),
        ("Ida Storm met the painter.", ""),
        ("Ida Storm, president Jo Lund and others met.", ""),
        ("Ida Storm, the mayor said, is ill.", ""),
        ("Ida Storm is not a painter.", ""),
        ("Ida Storm is the daughter of a painter.", ""),
        ("The footballer and painter Jo Lund met Ida Storm.", ""),
        ("Singer Ida Storm, the footballer, won.", ""),
    ],
)
def test_what_a_text_says_that_a_person_is(text, expected):
    assert role(text) == expected


def test_what_is_said_of_the_surname_is_said_of_the_person():
    assert role("Ida Storm won. Storm, a chef, was glad.", surname="Storm") == "food"


def test_one_word_alone_has_no_role():
    text = "The footballer Zito won."
    mention = TextMention("body", Span(15, 19), "Zito", "person", "Zito", 0.9, "Zito")
    assert with_roles([mention], TextDocument("d", "", text))[0].role == ""


def test_what_an_article_agrees_on():
    assert agreed(frozenset({"sport", "sport/football"})) == "sport/football"
    assert agreed(frozenset({"politics/NO", "politics/CA"})) == "politics"
    assert agreed(frozenset({"art", "food"})) == ""


def test_which_roles_are_seldom_those_of_one_person():
    assert unlike("sport/football", "art")
    assert unlike("politics/NO", "politics/CA")
    assert not unlike("politics/NO", "politics")
    assert not unlike("politics", "law")
    assert not unlike("", "art")
    assert of_one_life("sport/football", "politics/NO")
    assert not of_one_life("sport", "food")
