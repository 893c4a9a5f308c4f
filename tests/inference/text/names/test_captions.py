"""A caption says who its picture shows, or leaves a doubt."""

import pytest

from inference.text.names.captions import cast

PEOPLE = {"a": {"Ada Berg", "Berg"}, "l": {"Carl Lind"}, "d": {"Dora Falk"}}
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
        ("Norway's chief economist, Ada Berg", "Ada Berg"),
        ("The harbour's head baker Ada Berg", "Ada Berg"),
    ],
)
def test_who_opens_the_caption_and_is_alone_in_it_is_shown(caption, name):
    found = cast(caption, PEOPLE, OTHERS)
    (one,) = found.named
    assert (found.count, one.person, one.place) == (1, "a", 0)
    assert caption[one.where.start : one.where.end] == name


@pytest.mark.parametrize(
    "caption, count, places",
    [
        ("From left: Ada Berg, Carl Lind and Dora Falk.", 3, {"a": 0, "l": 1, "d": 2}),
        ("From right, Ada Berg, Carl Lind, and Dora Falk", 3, {"a": 2, "l": 1, "d": 0}),
        ("Pictured left to right: Ada Berg, Minister Carl Lind", 2, {"a": 0, "l": 1}),
        ("Signing the treaty, from left, Ada Berg and Carl Lind at the harbour", 2, {"a": 0, "l": 1}),
        ("L-R: Ada Berg, Carl Lind", 2, {"a": 0, "l": 1}),
        ("Ada Berg, Carl Lind and Dora Falk (from left) sign", 3, {"a": 0, "l": 1, "d": 2}),
        ("Ada Berg and Carl Lind, from left.", 2, {"a": 0, "l": 1}),
        ("Ada Berg (left) and Carl Lind (right) shake hands", 2, {"a": 0, "l": 1}),
        ("Ada Berg, right, greets Carl Lind, left.", 2, {"a": 1, "l": 0}),
        ("Minister Ada Berg (right) with Carl Lind", 2, {"a": 1, "l": 0}),
        ("Ada Berg and Carl Lind (left) shake hands", 2, {"a": 1, "l": 0}),
        ("Ada Berg (left), Carl Lind (centre) and Dora Falk (right)", 3, {"a": 0, "l": 1, "d": 2}),
        ("Ada Berg (center), Carl Lind (right) and Dora Falk", 3, {"a": 1, "l": 2, "d": 0}),
        ("Ada Berg, left, receives a prize", 2, {"a": 0}),
        ("Ada Berg (center) at the harbour", 3, {"a": 1}),
    ],
)
def test_places_from_the_left_are_read(caption, count, places):
    found = cast(caption, PEOPLE, OTHERS)
    assert found.count == count
    assert {one.person: one.place for one in found.named} == places


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "The harbour of Bergen",
        "Ada Berg and Carl Lind",
        "Ada Berg with her crew",
        "Ada Berg greets Carl Lind",
        "Ada Berg greets Dora",
        "Ada Berg left the harbour",
        "Ada Berg, far left, at the harbour",
        "Ada Berg, second from left, and Carl Lind",
        "Ada Berg (left) and Carl Lind (left)",
        "Ada Berg, left, speaks about Carl Lind",
        "Ada Berg (left) speaks about fish and Carl Lind",
        "Ada Berg speaks about Carl Lind (left)",
        "Ada Berg (left) and Carl Lind's boat",
        "From left: Ada Berg, Carl Lind and others",
        "From left: Ada Berg, Carl Lind, Emil Gran",
        "From left: Ada Berg, Emil Gran and Carl Lind",
        "Fans of Emil Gran, from left: Ada Berg, Carl Lind",
        "Back row, from left: Ada Berg, Carl Lind",
        "Students, from left: Ada Berg, Carl Lind",
        "From left: Ada Berg",
        "Ada Berg (middle) and Carl Lind",
        "Boats at dusk, Ada Berg",
        "Our photographer, Ada Berg",
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
        "Emil Gran speaks",
        "阿达 Ada Berg",
    ],
)
def test_any_doubt_is_silence(caption):
    assert cast(caption, PEOPLE, OTHERS) is None


def test_an_unknown_name_is_somebody_unless_it_is_known_as_something_else():
    assert cast("Ada Berg holds the Golden Net", PEOPLE, OTHERS) is None
    assert cast("Ada Berg holds the Golden Net", PEOPLE, {"Golden Net"}) is not None
