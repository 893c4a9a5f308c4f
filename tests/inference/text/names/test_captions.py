"""A caption says who its picture shows, or leaves a doubt."""

import pytest

from inference.text.names.captions import shown

PEOPLE = {"a": {"Ada Berg", "Berg"}, "l": {"Carl Lind"}}
OTHERS = {"Harbour Prize", "Norway"}


@pytest.mark.parametrize(
    "caption, name",
    [
        ("Ada Berg", "Ada Berg"),
        ("Ada Berg speaks at the harbour of Bergen on Monday.", "Ada Berg"),
        ("Berg steers a boat", "Berg"),
        ("Norwegian Foreign Minister Ada Berg arrives", "Ada Berg"),
        ("Secretary of Fisheries Ada Berg reads", "Ada Berg"),
        ("Dr. Ada Berg in her boat. She likes it there.", "Ada Berg"),
        ("A portrait of Ada Berg", "Ada Berg"),
        ("Profile photo for Ada Berg.", "Ada Berg"),
        ("Ada Berg holds the Harbour Prize", "Ada Berg"),
    ],
)
def test_who_opens_the_caption_and_is_alone_in_it_is_shown(caption, name):
    person, where = shown(caption, PEOPLE, OTHERS)
    assert person == "a"
    assert caption[where.start : where.end] == name


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "The harbour of Bergen",
        "Ada Berg and Carl Lind",
        "Ada Berg with her crew",
        "Ada Berg greets Carl Lind",
        "Ada Berg greets Dora",
        "Ada Berg, left, at the harbour",
        "Ada Berg's boat",
        "Ada Berg/Harbour Wire",
        "Boats at dusk. Photo: Ada Berg",
        "Boats at dusk, by Ada Berg",
        "Courtesy of Ada Berg",
        "Supporters of Ada Berg",
        "Fans greet Ada Berg",
        "A letter from Ada Berg",
        "Screenshot of Ada Berg",
        "Ada Berg in a cartoon",
        "A talk with Mrs. Berg",
        "Ada Bergman",
        "Dora Falk speaks",
        "阿达 Ada Berg",
    ],
)
def test_any_doubt_is_silence(caption):
    assert shown(caption, PEOPLE, OTHERS) is None


def test_an_unknown_name_is_somebody_unless_it_is_known_as_something_else():
    assert shown("Ada Berg holds the Golden Net", PEOPLE, OTHERS) is None
    assert shown("Ada Berg holds the Golden Net", PEOPLE, {"Golden Net"}) is not None
