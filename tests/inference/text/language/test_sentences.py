import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inference.text.language.sentences import split_sentences

NEWSY = st.text("aBcI. \n!?…\"'”“’()1-。！\u2028\x1f,", max_size=60)  # noqa: RUF001


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. President met Gen. Mark Milley in St. Louis at 5 p.m. | He left at 6 a.m. | The talks failed.",
        "“We will win.” | He left.",
        '"Stop it!" John Smith said. | Then he ran.',
        "Apple Inc. | The company said no. | Apple Inc. shares fell 3.5 percent.",
        "J. K. Rowling wrote it. | George W. Bush read it.",
        "He lives in Washington, D.C. | He works for the U.N. Security Council.",
        "No. 5 seed won. | He said no. | Then it ended.",
        "Wait... what? | Yes… | Maybe.",
        "It rose 3.5 percent to $1.2bn. | €5m was lost.",
        "Visit www.Example.com today. | Node.JS is used.",
        "On Jan. 6 Sen. Smith vs. Rep. Jones met. | Nobody won.",
        "A strike (in the U.S.) hit. | Shops closed.",
        "The party is founded. [citation needed]",
        "Then came the U.K. | It left.",
        "Stray quote in Moscow. '",
        "An article about Yahoo! shares rising.",
        "She runs Zingo! Inc. in Moss. | He ran Yahoo! Japan. | Stop! | He ran to Yahoo! | They left.",
        "It moved to Eugene, Ore. | The mill in Chico, Calif. Governor Poe named is shut. | Va. Beach is open.",
        "Cllr. Poe and Pte. Dahl met at 3rd Bn. Headquarters. | They left.",
        "Acme S.p.A. Chief Ada Poe left. | It was worth $5bn. — a record. | It fell.",
    ],
)
def test_news(text):
    expected = text.split(" | ")
    plain = " ".join(expected)
    assert [plain[a:b] for a, b in split_sentences(plain)] == expected


@pytest.mark.parametrize(
    "text,expected",
    [
        ("Title line\n\nBody first. Body second.", ["Title line", "Body first.", "Body second."]),
        (
            "Reasons:\n- cost\n- time\n1. First item\n2. Second item",
            ["Reasons:", "- cost", "- time", "1. First item", "2. Second item"],
        ),
        (
            "The president of the republic announced on Monday that the\nUnited Nations would open an office. Soon.",
            [
                "The president of the republic announced on Monday that the\nUnited Nations would open an office.",
                "Soon.",
            ],
        ),
        ("A heading\nThe text.", ["A heading", "The text."]),
        ("broken in\nthe middle", ["broken in\nthe middle"]),
        ("one\r\n\r\ntwo", ["one", "two"]),
        (" \n ", []),
        ("It ended.The next day began.", ["It ended.", "The next day began."]),
        ("今天是星期一。他来了！“好。”他说。", ["今天是星期一。", "他来了！", "“好。”", "他说。"]),  # noqa: RUF001
    ],
)
def test_lines(text, expected):
    assert [text[a:b] for a, b in split_sentences(text)] == expected


@given(st.one_of(st.text(), NEWSY))
@example("\n" * 5 + "x")
@example("..A")
def test_sentences_cover_the_text(text):
    end = 0
    for a, b in split_sentences(text):
        assert end <= a < b <= len(text)
        assert not text[end:a].strip()
        assert text[a:b] == text[a:b].strip()
        end = b
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "text,count",
    [("\n" * 10**6, 0), ("." * 10**6 + "x", 1), ("…\n" * 10**5, 10**5), (("x" * 10**5 + ".' ") * 5, 1)],
    ids=["newlines", "stops", "lines", "giants"],
)
@pytest.mark.timeout(60)  # a quadratic splitter would take hours
def test_hostile_texts_take_linear_time(text, count):
    assert len(split_sentences(text)) == count


def test_a_narrow_column_is_read_across_its_lines_and_a_list_is_not() -> None:
    column = "The new mayor of San\nTelmo, Ada Lie, was\nsworn in beside her\nhusband. She sings in\nMoss."
    assert [column[start:end] for start, end in split_sentences(column)] == [
        column[: column.index(" She")],
        column[column.index("She") :],
    ]
    for lines in ("Book\nAuthor\nNight Barges\nAda Lie", "- Ada Lie\n- sings\n- in Moss."):
        assert len(split_sentences(lines)) > 2
