"""What counts as a found happening and as a right role."""

import pytest

from inference.evaluation.text.news_happenings import HappeningScore, measured, score_happenings
from inference.text.types import Span, TextExtraction, TextHappening, TextMention, TextRole
from inference.training.text.annotated.reading import (
    AnnotatedEntity,
    AnnotatedHappening,
    AnnotatedMention,
    AnnotatedText,
)
from streams.news.thresholds import Thresholds

HEADLINE, BODY = "Attack in Kyiv", "Russian forces bombed Kyiv, killing 12. France protested."
TEXT = f"{HEADLINE}\n{BODY}"


def entity(type_, surface):
    at = TEXT.index(surface, len(HEADLINE))
    return AnnotatedEntity(type_, (AnnotatedMention(at, at + len(surface), "name"),))


GOLD = AnnotatedText(
    "a", HEADLINE, TEXT, "",
    (entity("location", "Russian"), entity("location", "Kyiv"), entity("quantity", "12"), entity("location", "France")),
    (),
    (
        AnnotatedHappening(
            "attack", (TEXT.index("bombed"), TEXT.index("bombed") + 6), "asserted", None,
            (("who", 0), ("where", 1), ("killed", 2)),
        ),
        AnnotatedHappening("statement", (TEXT.index("protested"), TEXT.index("protested") + 9), "asserted", None,
                           (("who", 3),)),
    ),
)  # fmt: skip


def mention(surface, type_, name=""):
    at = BODY.index(surface)
    return TextMention("body", Span(at, at + len(surface)), surface, type_, name or surface, 0.9)


MENTIONS = (mention("Russian", "misc"), mention("Kyiv", "location"), mention("12", "quantity"))


def happening(trigger, kind, *roles, modality="asserted", score=0.9):
    found = mention(trigger, "happening")
    return TextHappening(
        kind, found, Span(0, 40), score, modality, roles=tuple(TextRole(role, at, sure) for role, at, sure in roles)
    )


def compared(*happenings):
    found = HappeningScore()
    score_happenings(GOLD, TextExtraction("a", MENTIONS, happenings=happenings), Thresholds(0.5, 0.5, 0.5), found)
    return found


def counts(tally):
    return tally.right, tally.wrong, tally.missed


def test_what_is_not_found_is_missed_with_its_roles():
    found = compared()
    assert counts(found.triggers) == (0, 0, 2)
    assert counts(found.classes["attack"]) == (0, 0, 1)
    assert {role: counts(t) for role, t in found.roles.items()} == {
        "who": (0, 0, 2), "where": (0, 0, 1), "killed": (0, 0, 1),
    }  # fmt: skip


def test_a_happening_is_found_by_a_shared_word_and_a_role_by_name_and_role():
    found = compared(happening("bombed Kyiv", "attack", ("who", 0, 0.9), ("whom", 1, 0.9), ("killed", 2, 0.3)))
    assert counts(found.triggers) == (1, 0, 1)
    assert counts(found.classes["attack"]) == (1, 0, 0)
    assert counts(found.roles["who"]) == (1, 0, 1)
    assert counts(found.roles["whom"]) == (0, 1, 0)
    assert counts(found.roles["killed"]) == (0, 0, 1)
    assert found.modality == (1, 1)


def test_another_class_is_wrong_and_missed():
    found = compared(happening("bombed", "crime", modality="denied"))
    assert counts(found.triggers) == (1, 0, 1)
    assert (counts(found.classes["crime"]), counts(found.classes["attack"])) == ((0, 1, 0), (0, 0, 1))
    assert found.modality == (0, 1)


@pytest.mark.parametrize(
    "one", [happening("killing", "attack", ("who", 0, 0.9)), happening("bombed", "attack", score=0.2)]
)
def test_what_nobody_annotated_is_wrong_and_what_is_unsure_is_not_found(one):
    found = compared(one)
    assert found.triggers.right == 0
    assert found.triggers.missed == 2
    assert found.triggers.wrong == (one.score >= 0.5)


def test_two_found_ones_of_one_annotated_are_one_right_and_one_wrong():
    found = compared(happening("bombed", "crime"), happening("bombed", "attack"))
    assert counts(found.triggers) == (1, 1, 1)
    assert counts(found.classes["attack"]) == (1, 0, 0)


def test_the_tables_name_what_was_measured():
    lines = []
    tables, aims = measured([GOLD], [TextExtraction("a", MENTIONS)], Thresholds(0.5, 0.5, 0.5), lines.append)
    assert [table.title for table in tables] == ["Happenings", "Happenings by class", "Roles by role", "Roles by class"]
    assert len(aims) == 3
    assert lines
