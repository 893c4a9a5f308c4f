import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inference.text.cleaning.capitals import recased, untitled


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (
            "ORRIN PAPER BANK HAS HIRED ADA POE AS ITS CHIEF EXECUTIVE OFFICER. THE BANK IS BASED IN MOSS.",
            "Orrin Paper Bank has hired Ada Poe as its chief executive officer. The bank is based in Moss.",
        ),
        (
            "MR. O'DELL'S FIRM SUED MCPHERSON'S, POE & SONS AND NATO OVER THE QX1603 ON MONDAY",
            "Mr. O'Dell's firm sued McPherson's, Poe & Sons and NATO over the QX1603 on Monday",
        ),
        ("“A MILL SHUT,” ADA POE TOLD CNN", "“A Mill shut,” Ada Poe told CNN"),
    ],
)
def test_a_text_in_capitals_gets_those_of_a_sentence(sent: str, read: str) -> None:
    assert recased([sent]) == [read]


def test_what_a_word_looks_like_elsewhere_decides() -> None:
    headline, body = recased(
        ["RIIS JOINS THE ORRIN MILL BOARD", "On Monday the firm eRiis, named for Ole RIIS, met ORRIN."]
    )
    assert headline == "RIIS joins the ORRIN Mill Board"
    assert body == "On Monday the firm eRiis, named for Ole RIIS, met ORRIN."


@pytest.mark.parametrize(
    "text",
    ["NATO", "MOSS (AP) — The mill shut.", "Ada Poe Joins the Orrin Mill", "", "\n", "天 今天"],
)
def test_everything_else_stays(text: str) -> None:
    assert recased([text]) == [text]


@given(st.lists(st.lists(st.sampled_from([*"ABCßİǅŉ.' \n1&", "NAMED ", "THE "]), max_size=60).map("".join), max_size=3))
@example(["ßNAMED NAMED AA"])
def test_no_character_moves(texts: list[str]) -> None:
    read = recased(texts)
    assert [len(text) for text in read] == [len(text) for text in texts]
    assert [text.upper() for text in read] == [text.upper() for text in texts]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Brask Group Acquires Acme Mills", "brask group acquires acme mills"),
        ("Poe May Join NATO Talks by May 3 in Moss, CEO Says", "poe may join NATO talks by May 3 in moss, CEO says"),
        ("Orrin Mill Moves From Moss on Monday", "orrin mill moves from moss on Monday"),
        ("THE INSURER IS BASED IN MOSS", "THE INSURER IS BASED IN MOSS"),
    ],
)
def test_a_headline_in_title_case_gets_small_letters(sent: str, read: str) -> None:
    assert untitled(sent) == read


@pytest.mark.parametrize(
    "text", ["Ada Poe met May Lee.", "Orrin Mill names Ada Poe its chief", "Ada Poe", "", "İİİİ 天"]
)
def test_no_other_text_does(text: str) -> None:
    assert untitled(text) == text


@given(st.text())
def test_its_length_stays(text: str) -> None:
    assert len(untitled(text)) == len(text)


def test_a_common_noun_after_the_article_is_no_name() -> None:
    assert recased(["THE INSURER AND ITS LENDER ARE BASED IN MOSS."]) == [
        "The insurer and its lender are based in Moss."
    ]
