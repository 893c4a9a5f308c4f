"""What a text has no words for is decided; the rest stays open."""

from inference.training.text.sources.absence import with_absences
from inference.training.text.sources.passages import GoldFact, Passage


def _decided(text: str, *facts: GoldFact) -> frozenset[str]:
    (verdict,) = with_absences(Passage("current-events", "1", text, facts=facts)).judged
    assert (verdict.subject, verdict.object) == (-1, -1)
    assert verdict.relations is not None
    return verdict.relations


def test_a_nationality_near_a_person_is_no_ethnic_group() -> None:
    assert "P172" in _decided("Donald Trump rejects the Iranian response.")
    assert "P172" not in _decided("Donald Trump meets leaders of the Kurdish minority.")


def test_an_award_needs_its_word() -> None:
    assert "P166" in _decided("The Second cabinet of Donald Trump meets.")
    assert "P166" not in _decided("Maria Ressa receives the Nobel Peace Prize.")


def test_a_fact_that_was_read_is_never_ruled_out() -> None:
    assert "P206" not in _decided("Rescuers reach Chios.", GoldFact(0, "P206", 1))
