"""What counts as right, wrong, missed and neither when facts are compared with an annotated text."""

import pytest

from inference.evaluation.text.news_scoring import FoundFact, score
from inference.training.text.annotated.reading import AnnotatedEntity, AnnotatedFact, AnnotatedMention, AnnotatedText

TEXT = "\nIndonesian minister Ana Sari met Bob Lee in Accra, Ghana."


def entity(type_, *surfaces, form="name", name=""):
    mentions = tuple(AnnotatedMention(TEXT.index(s), TEXT.index(s) + len(s), form) for s in surfaces)
    return AnnotatedEntity(type_, mentions, name)


ENTITIES = (
    entity("location", "Indonesian", form="adjective", name="Indonesia"),
    AnnotatedEntity("office", entity("office", "minister").mentions, of=0),
    entity("person", "Ana Sari"),
    entity("person", "Bob Lee"),
    entity("location", "Accra"),
    entity("location", "Ghana"),
)
FACTS = (
    AnnotatedFact(2, "P39", 1),
    AnnotatedFact(2, "P27", 0, implied=True),
    AnnotatedFact(4, "P17", 5),
    AnnotatedFact(2, "P26", 3, modality="planned"),
)


def compared(*found, facts=FACTS):
    return score(AnnotatedText("a", "", TEXT, "2026-01-01", ENTITIES, facts, ()), found)


def counts(tally):
    return tally.right, tally.wrong, tally.missed


def test_what_is_stated_and_not_found_is_missed_and_claims_are_not():
    result = compared()
    assert counts(result.facts) == (0, 0, 1)
    assert counts(result.offices) == (0, 0, 1)
    assert counts(result.places) == (0, 0, 1)
    assert result.claims == {"planned": 1}


def test_a_fact_is_right_by_relation_and_both_ends():
    result = compared(FoundFact("Ana Sari", "P39", "minister", geography=False))
    assert counts(result.facts) == counts(result.offices) == (1, 0, 0)


@pytest.mark.parametrize(
    "found",
    [
        FoundFact("Bob Lee", "P39", "minister", geography=False),
        FoundFact("Ana Sari", "P106", "minister", geography=False),
    ],
)
def test_another_end_or_relation_is_wrong(found):
    assert counts(compared(found).facts) == (0, 1, 1)


def test_what_is_implied_is_neither_right_nor_wrong():
    assert counts(compared(FoundFact("Ana Sari", "P27", "Indonesia", geography=False)).facts) == (0, 0, 1)


def test_a_planned_fact_read_as_a_fact_is_wrong_and_counted():
    result = compared(FoundFact("Ana Sari", "P26", "Bob Lee", geography=False))
    assert result.unsaid == {"planned": 1}
    assert counts(result.facts) == (0, 1, 1)


def test_a_planned_fact_read_as_planned_is_right_with_its_modality():
    result = compared(FoundFact("Bob Lee", "P26", "Ana Sari", geography=False, modality="planned"))
    assert counts(result.facts) == (1, 0, 1)
    assert result.modality == (1, 1)


def test_a_fact_found_twice_counts_once():
    one = FoundFact("Ana Sari", "P39", "minister", geography=False)
    assert counts(compared(one, one).facts) == (1, 0, 0)


def test_a_place_in_its_country_is_not_wrong_as_a_place_in_a_place():
    found = FoundFact("Accra", "P131", "Ghana", geography=True)
    assert counts(compared(found).places) == (0, 0, 1)


def test_a_place_may_carry_the_region_that_tells_it_from_its_namesakes():
    found = FoundFact("Accra, Greater Accra", "P17", "Ghana", geography=True)
    assert counts(compared(found).places) == (1, 0, 0)


def test_an_office_in_a_country_implies_the_citizenship_and_another_country_is_wrong():
    facts = (AnnotatedFact(2, "P39", 1),)
    own, other = (FoundFact("Ana Sari", "P27", name, geography=False) for name in ("Indonesian", "Ghana"))
    assert counts(compared(own, facts=facts).facts) == (0, 0, 1)
    assert counts(compared(other, facts=facts).facts) == (0, 1, 1)


def test_an_inverse_is_the_same_fact():
    facts = (AnnotatedFact(4, "P36", 5),)
    assert counts(compared(FoundFact("Ghana", "P1376", "Accra", geography=False), facts=facts).facts) == (1, 0, 0)


@pytest.mark.parametrize(
    ("name", "right"),
    [("ministry of Indonesia", 1), ("Indonesia ministry", 1), ("ministry", 1), ("ministry of Ghana", 0)],
)
def test_an_institution_may_be_named_with_its_country(name, right):
    text = "\nIndonesia's ministry sued Ghana."
    spans = {"location": (1, 10), "organization": (13, 21)}
    entities = tuple(AnnotatedEntity(t, (AnnotatedMention(*span, "name"),)) for t, span in spans.items())
    annotated = AnnotatedText("a", "", text, "2026-01-01", entities, (AnnotatedFact(1, "P17", 0),), ())
    result = score(annotated, [FoundFact(name, "P17", "Indonesia", geography=False)])
    assert counts(result.facts) == (right, 1 - right, 1 - right)
