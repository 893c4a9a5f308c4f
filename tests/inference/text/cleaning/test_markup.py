import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.text.cleaning.markup import visible, without_markup

HTML = st.lists(
    st.sampled_from([*"<>&;/ab \n'\"=!-", "<p>", "</b>", "&amp;", "&#39;", "<!--", "-->", "<script>", "<td>"])
).map("".join)


def seen(text: str) -> str:
    """Returns what a reader sees of a text: no filler, and one space for many."""
    return " ".join(without_markup(text).replace("\u200b", "").split())


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<p><b>Orrin Mills</b> hired <a href='/?b&amp;c'>Ada Poe</a>.</p>", "Orrin Mills hired Ada Poe."),
        ("<b>O</b>rrin Mills", "Orrin Mills"),
        ("Poe &amp; Sons&nbsp;Ltd", "Poe & Sons Ltd"),
        ("P&amp;O", "P&O"),
        ("&ldquo;No,&rdquo; said Ada O&#39;Dell of Caf&eacute; Poe.", "“No,” said Ada O'Dell of Café Poe."),
        ("Poe &amp;amp; Sons", "Poe & Sons"),
        ("&lt;p&gt;Orrin &lt;i&gt;Mills&lt;/i&gt;&lt;/p&gt;", "Orrin Mills"),
        ("Orrin<script>var a = 'Ada Poe';</script> Mills<!-- Ada Poe -->", "Orrin Mills"),
        ("5 < 6 and R&D, <unknown> &bogus; AT&T; &", "5 < 6 and R&D, <unknown> &bogus; AT&T; &"),
        ("an endless <!-- comment <b>Ada</b>", "an endless <!-- comment Ada"),
    ],
)  # fmt: skip
def test_tags_and_references_are_gone(sent: str, read: str) -> None:
    assert seen(sent).replace(" .", ".") == read.replace(" .", ".")


def test_blocks_are_lines_and_cells_are_tabbed() -> None:
    rows = without_markup("<table><tr><td>Poe</td><td>Bern</td></tr><tr><td>Orrin</td><td>Lima</td></tr></table>")
    assert [[cell.strip() for cell in row.strip().split("\t")] for row in rows.splitlines() if row.strip()] == [
        ["Poe", "Bern"],
        ["Orrin", "Lima"],
    ]
    assert "\n" in without_markup("One thing<br>Another")
    assert "\n\n" in without_markup("<p>One thing</p><p>Another</p>")


@given(HTML)
def test_no_character_moves(text: str) -> None:
    read = without_markup(text)
    assert len(read) == len(text)
    # What is read stands where it was sent; only a reference's character may stand within its reference.
    assert all(a == b or b in "\u200b \n\t&'" for a, b in zip(text, read, strict=True))


@pytest.mark.parametrize("unit", ["<", "<p ", "&lt;p ", "&amp;", "<!--", "<script>", "&", "<p><b>", "</"])
@pytest.mark.timeout(60)  # a quadratic one would take hours
def test_hostile_texts_take_linear_time(unit: str) -> None:
    assert len(without_markup(unit * 200_000)) == len(unit) * 200_000


def test_what_nobody_sees_is_gone() -> None:
    assert visible("<p>Or\u200brin M\u00adills</p>").strip() == "Orrin Mills"
