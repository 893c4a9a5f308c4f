"""The model's modality and that of the words, joined."""

import pytest

from inference.text.language.sentences import split_sentences
from inference.text.types import Span, TextDocument, TextMention, TextRelation
from inference.text_extraction.modality import with_modality
from topology.ontology import load_ontology
from topology.settings import settings

TEXTS = {
    "asserted": "Ada Poe leads Acme.",
    "past": "Ada Poe, a former chief executive of Acme, left.",
    "possible": "Is Ada Poe the next chief executive of Acme?",
    "denied": "Ada Poe is not the chief executive of Acme.",
}


def joined(words, model):
    text = TEXTS[words]
    mentions = [
        TextMention("body", Span(text.index(name), text.index(name) + len(name)), name, kind, name, 0.9, name)
        for name, kind in (("Acme", "organization"), ("Ada Poe", "person"))
    ]
    relation = TextRelation(0, 1, "P169", "body", Span(0, len(text)), 0.9, model)
    ontology = load_ontology(settings().ontology)
    (found,) = with_modality([relation], mentions, TextDocument("a", "", text), ontology)
    return found.modality


def read(text, ends, relations, *, headline=False):
    field = "headline" if headline else "body"
    mentions = [
        TextMention(field, Span(text.index(name), text.index(name) + len(name)), name, kind, name, 0.9, name)
        for name, kind in ends
    ]
    given = [TextRelation(s, o, p, field, Span(0, len(text)), 0.9, modality) for s, o, p, modality in relations]
    document = TextDocument("a", text if headline else "", "" if headline else text)
    return [r.modality for r in with_modality(given, mentions, document, load_ontology(settings().ontology))]


PAIR = (("Ada Poe", "person"), ("Tom Ray", "person"))
FIRMS = (("Acme Mills", "organization"), ("Brask Group", "organization"))


def test_what_holds_both_ways_is_doubted_both_ways():
    marriages = [(0, 1, "P26", "denied"), (1, 0, "P26", "asserted")]
    assert read("Ada Poe and Tom Ray spoke.", PAIR, marriages) == ["denied", "denied"]
    parents = [(0, 1, "P22", "denied"), (1, 0, "P40", "asserted")]
    assert read("Ada Poe and Tom Ray spoke.", PAIR, parents) == ["denied", "asserted"]


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Posts say that Acme Mills belongs to Brask Group. That is untrue.", "denied"),
        ("Posts say that Acme Mills belongs to Brask Group. That is new.", "asserted"),
        ("Acme Mills belongs to Brask Group. That is untrue of the others.", "asserted"),
    ],
)
def test_the_next_sentence_may_refute_what_somebody_claims(text, modality):
    (start, end), *_ = split_sentences(text)
    mentions = [
        TextMention("body", Span(text.index(name), text.index(name) + len(name)), name, kind, name, 0.9, name)
        for name, kind in FIRMS
    ]
    given = [TextRelation(0, 1, "P127", "body", Span(start, end), 0.9, "asserted")]
    ontology = load_ontology(settings().ontology)
    assert [r.modality for r in with_modality(given, mentions, TextDocument("a", "", text), ontology)] == [modality]


@pytest.mark.parametrize("model", ["possible", "planned", "denied"])
def test_who_somebody_is_in_passing_is_no_claim_whatever_follows(model):
    text = "Ada Poe, the chief executive of Acme, may leave."
    ends = (("Acme", "organization"), ("Ada Poe", "person"))
    assert read(text, ends, [(0, 1, "P169", model)]) == ["asserted"]
    text = "Ada Poe, the nominee for chief executive of Acme, may leave."
    assert read(text, ends, [(0, 1, "P169", model)]) != ["asserted"]


@pytest.mark.parametrize(
    ("headline", "modality"),
    [
        ("Brask Group Buys Baker Acme Mills", "asserted"),
        ("Brask Group May Buy Baker Acme Mills", "possible"),
        ("Brask Group Will Acquire Acme Mills", "planned"),
        ("Brask Group Denies It Owns Acme Mills", "denied"),
        ("Brask Group Bought Acme Mills in May 2019", "asserted"),
    ],
)
def test_a_headline_in_title_case_is_read_like_a_sentence(headline, modality):
    assert read(headline, FIRMS, [(0, 1, "P127", "asserted")], headline=True) == [modality]


@pytest.mark.parametrize(
    ("words", "model", "found"),
    [
        ("asserted", "asserted", "asserted"),
        ("past", "asserted", "past"),
        ("possible", "asserted", "possible"),
        ("possible", "past", "possible"),
        ("denied", "past", "denied"),
        ("asserted", "past", "past"),
        ("asserted", "planned", "planned"),
        ("past", "denied", "denied"),
        ("possible", "denied", "denied"),
    ],
)
def test_words_that_doubt_overrule_a_model_that_takes_it_for_a_fact(words, model, found):
    assert joined(words, model) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("華遠集團擬收購明達科技。", "planned"),
        ("華遠集團否認收購明達科技。", "denied"),
        ("華遠集團收購明達科技。", "asserted"),
    ],
)
def test_chinese_is_read_in_both_scripts(text, found):
    mentions = [
        TextMention("body", Span(text.index(name), text.index(name) + len(name)), name, "organization", name, 0.9, name)
        for name in ("華遠集團", "明達科技")
    ]
    relation = TextRelation(1, 0, "P127", "body", Span(0, len(text)), 0.9, "asserted")
    document = TextDocument("a", "", text, language="zh")
    (read,) = with_modality([relation], mentions, document, load_ontology(settings().ontology))
    assert read.modality == found


@pytest.mark.parametrize(("name", "found"), [("Tom Ray", "asserted"), ("Jo Lane", "past")])
def test_whoever_is_appointed_in_the_sentence_holds_the_office_now(name, found):
    text = "Jo Lane quit as head of Acme Mills in May, and Tom Ray was appointed to succeed her."
    assert read(text, [("Acme Mills", "organization"), (name, "person")], [(0, 1, "P169", "past")]) == [found]
