"""The report on who is shown counts a person once, by whatever name, and a wrong box as wrong."""

from inference.evaluation.media.shown import tally

SHOWN = [(frozenset({"Ada Berg", "Ada Burg"}), frozenset({0, 1})), (frozenset({"Carl Lind"}), frozenset({2}))]


def test_a_claim_is_right_by_name_and_box():
    both = tally({("Berg", 1), ("Carl Lind", 2)}, SHOWN)
    assert (both.right, both.wrong, both.missed) == (2, 0, 0)
    swapped = tally({("Ada Berg", 2), ("Carl Lind", 0)}, SHOWN)
    assert (swapped.right, swapped.wrong, swapped.missed) == (0, 2, 2)
    assert tally({("Dora Falk", 1)}, []).wrong == 1
    assert tally(set(), SHOWN).missed == 2
