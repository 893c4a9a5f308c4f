"""Which triggers of an article are one happening."""

from dataclasses import replace

import pytest

from inference.text.same_happening import joined
from inference.text.types import Span, TextHappening, TextMention, TextRole

NAMES = {"Quetta": "location", "Karachi": "location", "Army": "organization", "12": "quantity", "17": "quantity"}
MENTIONS = tuple(
    TextMention("body", Span(100 + 10 * i, 105 + 10 * i), n, t, n, 0.9) for i, (n, t) in enumerate(NAMES.items())
)
FIRST, SECOND = Span(0, 200), Span(200, 400)


def role(name, filler, score=0.9):
    return TextRole(name, list(NAMES).index(filler), score, sentence=FIRST)


def told(trigger, *roles, sentence=FIRST, kind="attack", modality="asserted", field="body", score=0.8):
    start = sentence.start + len(trigger)
    mention = TextMention(field, Span(start, start + len(trigger)), trigger, "happening", trigger, score, trigger)
    return TextHappening(kind, mention, sentence, 1.0, modality, None, roles)


def triggers(*happenings):
    return [
        (one.trigger.text, [(r.role, MENTIONS[r.mention].name) for r in one.roles])
        for one in joined(happenings, MENTIONS)
    ]


def test_verb_and_noun_of_a_sentence_that_share_a_place_are_one_with_all_that_is_said():
    noun = told("bomb", role("where", "Quetta"), role("killed", "12"))
    assert triggers(noun, told("exploded", role("where", "Quetta"))) == [
        ("bomb", [("where", "Quetta"), ("killed", "12")]),
    ]
    assert triggers(
        told("blast", role("where", "Quetta")), told("killed", role("where", "Quetta"), role("killed", "12"))
    ) == [
        ("killed", [("where", "Quetta"), ("killed", "12")]),
    ]


@pytest.mark.parametrize(
    "other",
    [
        told("raid", role("where", "Karachi")),
        told("raid", role("where", "Quetta"), role("killed", "17")),
        told("raid", role("where", "Quetta", score=0.4)),
        told("raid", role("where", "Quetta"), kind="battle"),
        told("raid", role("where", "Quetta"), modality="denied"),
    ],
)
def test_another_place_number_class_or_modality_is_another_happening(other):
    first = told("bombing", role("where", "Quetta"), role("killed", "12"))
    assert [name for name, _ in triggers(first, other)] == ["raid", "bombing"]


def test_across_sentences_an_agent_alone_makes_no_two_one():
    agent = [told("struck", role("who", "Army")), told("strikes", role("who", "Army"), sentence=SECOND)]
    assert len(triggers(*agent)) == 2
    assert len(triggers(agent[0], replace(agent[1], sentence=FIRST))) == 1
    place = [told("struck", role("where", "Quetta")), told("strikes", role("where", "Quetta"), sentence=SECOND)]
    assert len(triggers(*place)) == 1


def test_the_headlines_trigger_gives_way_to_the_texts_in_which_more_is_said():
    headline = told("attack", role("where", "Quetta"), field="headline")
    body = told("bombing", role("where", "Quetta"), role("killed", "12"))
    assert triggers(headline, body) == [("bombing", [("where", "Quetta"), ("killed", "12")])]


def test_many_triggers_cost_no_more_than_their_number(monkeypatch):
    spent = []
    monkeypatch.setattr("inference.text.same_happening.charge", lambda units, _: spent.append(units))
    joined([told("hit", role("where", "Quetta"))] * 100, MENTIONS)
    once = sum(spent)
    spent.clear()
    joined([told("hit", role("where", "Quetta"))] * 200, MENTIONS)
    assert sum(spent) == 2 * once
