import pytest

from inference.text.cleaning.asides import without_asides


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("By ADA POE and OLE RIIS\nThe mill shut.", "The mill shut."),
        ("By Ada Poe | The Moss Post\nThe mill shut.", "The mill shut."),
        ("By Ada Poe and Ole Riis, Staff Writers\n\nThe mill shut.", "The mill shut."),
        ("Ada Poe, Chief Business Correspondent\nThe mill shut.", "The mill shut."),
        ("Ada Poe - Political Editor, Moss Post\nThe mill shut.", "The mill shut."),
        ("Orrin Mills (NYSE: ORN), a maker of paper, fell.", "Orrin Mills , a maker of paper, fell."),
        ("Orrin Mills (ORNM.L) fell.", "Orrin Mills fell."),
        ("Orrin Mills (NASDAQ: ORN; TSX: ORN.A) and Poe [LSE: POE] fell.", "Orrin Mills and Poe fell."),
        ("The mill shut.\nRead also: Poe names Ole Riis chairman\nIt reopened.", "The mill shut. It reopened."),
        ("The mill shut. Read more: Poe names Ole Riis chairman. It reopened.", "The mill shut. It reopened."),
        ("The mill shut.\nRelated stories: Poe names Ole Riis chairman", "The mill shut."),
        ("The mill shut.\n• ALSO READ | Poe names Ole Riis chairman", "The mill shut."),
        ("Photo: Ada Poe/Moss Press\nThe mill shut.", "The mill shut."),
        ("The mill (Photo by Ada Poe/Moss Press) shut.", "The mill shut."),
        ("The mill shut.\n(Reporting by Ada Poe in Moss; Editing by Ole Riis)", "The mill shut."),
        ("The mill shut.\n© 2026 Moss Press. All rights reserved.", "The mill shut."),
        ("The mill shut.\nSign up for our newsletter on Orrin Mills", "The mill shut."),
    ],
)
def test_what_the_article_does_not_tell_is_blank(sent: str, kept: str) -> None:
    read = without_asides(sent)
    assert len(read) == len(sent)
    assert read.count("\n") == sent.count("\n")
    assert " ".join(read.split()) == kept


@pytest.mark.parametrize(
    "text",
    [
        "By Monday Orrin Mills had shut the mill.\nIt reopened.",
        "By 2020 Ada Poe ran it.\nIt closed.",
        "Ada Poe, a reporter, left Moss.",
        "Ada Poe, Editor of the Post, left.\nShe moved.",
        "Related companies shut, too.",
        "Read more than one book, said Ada Poe.",
        "Copyright law changed, said Ada Poe.",
        "Written by Ada Poe and filmed in Moss, the drama opens on Monday.",
        "The Rapid Rescue Corps (RRC) and Poe (formerly: Riis) met.",
        "The mill in Moss (U.S.) and that in Bern (NATO) shut.",
        "The mill (in Moss: the old one) shut.",
        "Watch makers met in Bern.",
    ],
)
def test_what_only_resembles_an_aside_stays(text: str) -> None:
    assert without_asides(text) == text


def test_a_headline_is_no_line_of_its_own() -> None:
    headline = "Watch: Orrin Mills names Ada Poe chairwoman (NYSE: ORN)"
    assert without_asides(headline, lines=False).rstrip() == "Watch: Orrin Mills names Ada Poe chairwoman"


@pytest.mark.parametrize("unit", ["By ", "(Photo: ", "Read also: ", "(NYSE: A; ", "By Ada Poe\n", ". Read also: x"])
@pytest.mark.timeout(60)  # a quadratic one would take hours
def test_hostile_texts_take_linear_time(unit: str) -> None:
    assert len(without_asides(unit * 100_000)) == len(unit) * 100_000
