"""Copies of passages keep their annotation in place."""

from inference.training.text.sources.passages import Mark, Passage, types
from inference.training.text.sources.variants import name_pools, variants

TEXT = "Ann Lee of Acme met Bob. Acme said so to Bob."
MARKS = tuple(
    Mark(TEXT.index(name, at), TEXT.index(name, at) + len(name), types((kind,)))
    for name, kind, at in (
        ("Ann Lee", "person", 0),
        ("Acme", "organization", 0),
        ("Bob", "person", 0),
        ("Acme", "organization", 25),
        ("Bob", "person", 30),
    )
)
SOURCE = Passage("wikigold", "1", TEXT, MARKS, types(("person", "organization")), bare=((16, 19),))
OTHER = Passage("wikigold", "2", "Mo Zhang left Globex.", (Mark(0, 8, types(("person",))),))


def _copies() -> list[Passage]:
    pools = name_pools([SOURCE, OTHER], ["Globex"])
    return [copy for seed in range(40) for copy in variants([SOURCE], pools, seed)]


def test_marks_and_bare_words_follow_the_names() -> None:
    swapped = 0
    for copy in _copies():
        names = [copy.text[m.start : m.end] for m in copy.marks]
        assert names[1].lower() == names[3].lower() != ""
        assert names[2].lower() == names[4].lower()
        assert " " not in names[2], "a single name is exchanged for a single name"
        assert copy.text[slice(*copy.bare[0])].lower() == "met"
        swapped += "globex" in names[1].lower() and "zhang" in names[2].lower()
    assert swapped


def test_headlines_keep_small_words_and_length() -> None:
    texts = {copy.text for copy in _copies()}
    assert "Ann Lee of Acme Met Bob. Acme said so to Bob." in texts
    assert "ANN LEE OF ACME MET BOB. Acme said so to Bob." in texts
    assert TEXT.lower() in texts


def test_copies_follow_from_the_seed() -> None:
    pools = name_pools([SOURCE, OTHER], [])
    assert list(variants([SOURCE] * 3, pools, 5)) == list(variants([SOURCE] * 3, pools, 5))
