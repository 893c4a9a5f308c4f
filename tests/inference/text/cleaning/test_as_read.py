import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.text.cleaning.as_read import as_read, plain

PARTS = [
    *("<p>", "</b>", "&amp;", "Ada Poe", "ORRIN MILLS NAMED ADA POE BOSS", "MOSS (AP) — ", "By Ada Poe", "(NYSE: ORN)"),
    *("Read also: Poe", "日本。", "- ", "\n", "\t", " ", ".", "a", "\u200b", "\u00ad", "İ"),
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PARTS), max_size=12).map("".join))


@given(TEXTS, TEXTS)
def test_an_offset_into_what_is_read_is_one_into_what_was_sent(headline: str, body: str) -> None:
    for read in (as_read, plain):
        for sent, reading in zip((headline, body), read(headline, body), strict=True):
            assert len(reading.text) == len(reading.punctuated) == len(sent)
            assert [*reading.breaks] == sorted(reading.breaks)
            end = 0
            for start, stop in reading.sentences:
                assert end <= start < stop <= len(sent)
                end = stop


def test_items_and_cells_are_punctuated_for_a_model_that_sees_no_layout() -> None:
    _, reading = as_read("", "Boards:\n- Orrin: Ada Poe\n- Riis: Ole Dahl\n\nFirm\tBoss\nOrrin\tAda Poe")
    assert reading.punctuated == "Boards:\n- Orrin: Ada Poe.- Riis: Ole Dahl.\nFirm,Boss.Orrin,Ada Poe"
    assert reading.text.count("\n") == 5


def test_a_hard_wrapped_sentence_stays_one() -> None:
    body = "The paper maker Orrin Mills, which is based in the town of\nMoss, has hired Ada Poe."
    _, reading = as_read("", body)
    assert reading.punctuated == body


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ("MOSS, Norway (AP) — The mill shut.", ["Moss"]),
        ("By Ada Poe\nSANTA CLARA -- The mill shut.", ["Santa Clara"]),
        ("<p>Moss, March 3 (Reuters) &ndash; The mill shut.</p>", ["Moss"]),
        ("In brief\nPARIS (AFP) - It rained.\nROME (AFP) - It snowed.", ["Paris", "Rome"]),
        ("Paper Schedule 70 — The mill shut.", []),
        ("UPDATE — The mill shut.", []),
        ("ORRIN — the paper maker — shut its mill.", []),
        ("NATO — The alliance met.", []),
    ],
)
def test_a_dateline_is_read_by_itself(body: str, places: list[str]) -> None:
    _, reading = as_read("", body)
    assert [reading.text[start:end] for start, end in sorted(reading.places)] == places
    assert len(reading.breaks) == 2 * len(places)
