"""Where a name begins and ends, where the model's span is a little too short or too long, or is in pieces."""

import re
from bisect import bisect_left
from collections.abc import Sequence

from inference.text.names.apostrophes import is_known
from inference.text.types import Span

_INITIALS = re.compile(
    r"(?:\A|[^\W_]*[^\w\s.]\s*|\b[^\W\dA-Z_][^\W_]*\s+|\n\s*|\w{3}[.!?][\"”’)]?\s+)"  # noqa: RUF001
    r"(?P<initials>(?:[A-Z]\.[ \u00a0]?-?){1,4})\Z"
)
"""Not after a word that begins with a capital: in "Plan B. Hale said" the letter ends the sentence before."""

_PARTICLES = re.compile(r"(?<!\w)(?:(?:van|von|der|den|ter|de|di|della|dos|bin|ibn|bint)[ \u00a0]){1,3}\Z")

_RANKS = (
    "assistant|associate|chief|crown|defen[cs]e|deputy|district|economy|education|executive|finance|foreign|head|"
    "health|home|inspector|interior|lead|military|national|prime|principal|senior|special|supreme|vice|"
    "(?:wo)?men['’]s(?: [a-z]+ball| hockey| rugby)?"  # noqa: RUF001
)
_QUALIFIED = re.compile(rf"(?<![\w'’-])(?:(?:{_RANKS})[ \u00a0]){{1,3}}\Z", re.IGNORECASE)  # noqa: RUF001
"""Words before a title that are always part of it: readers of 4,026 texts never left one of them out."""

_NICKNAMED = re.compile(
    r"(?<![^\W_])[A-Z][^\W\d_]+(?: [A-Z]\.)* ?[\"“'‘(][A-Z][a-zà-ÿ]+[\"”'’)] [A-Z][\w'’-]*\w"  # noqa: RUF001
)
"""A first name, what its bearer is called, and a surname: 'Robert "Bob" Castell', "Robert (Bob) Castell"."""

_WORD = r"[A-Z](?:[-'’]?[^\W\d_])+"  # noqa: RUF001
_INITIALLED = re.compile(rf"(?:{_WORD} )*(?:[A-Z]\. ?-?){{1,4}}{_WORD}")
"""A name with initials: "P. J. Vandermeer-Cruz", "Jean-Marc F. Amboise"."""

_STATE = re.compile(
    r"[ \u00a0]state\b(?![ -](?:media|news|television|TV|radio|visit|secrets?|owned|run|backed|funeral))"
)
_ALSO_STATES = frozenset({
    "Washington", "New York", "Mexico", "São Paulo", "Sao Paulo", "Rio de Janeiro", "Lagos", "Kano", "Kaduna", "Bauchi",
    "Katsina", "Sokoto", "Enugu", "Khartoum", "Puebla", "Oaxaca", "Veracruz", "Querétaro", "Guanajuato", "Zacatecas",
    "Aguascalientes", "Colima", "Durango", "Chihuahua", "San Luis Potosí", "Campeche", "Tlaxcala", "Mérida", "Goa",
})  # fmt: skip
"""Cities and countries that share their name with a state, which "state" after the name tells apart."""

_OWN = ("'s", "’s")  # noqa: RUF001
_LOOK_BACK = 40
"""Characters before a person's name or a title in which its initials or qualifiers lie, and the word before them."""


def named_span(text: str, span: Span, type_: str) -> Span:
    """Returns the characters of a name, given those that the model found.

    White space at the end is no part of it. Initials and particles right before a person's name are ("R. T. Hale",
    "von der Leyen"), what qualifies a title is ("head coach"), and so is the apostrophe of a name that is known to
    have one ("Macy's"), and "state" where it tells a state from its city ("Washington state").

    Args:
        text: The whole field.
        span: The span that the model found.
        type_: The name's type.
    """
    start, end = span.start, span.end
    while end > start + 1 and text[end - 1].isspace():
        end -= 1
    if type_ == "person":
        initials = _INITIALS.search(text[max(0, start - _LOOK_BACK) : start])
        if initials is not None:
            start -= len(initials["initials"])
        elif particles := _PARTICLES.search(text[max(0, start - _LOOK_BACK) : start]):
            start -= len(particles.group())
    elif type_ == "office":
        if qualified := _QUALIFIED.search(text[max(0, start - _LOOK_BACK) : start]):
            start -= len(qualified.group())
    elif type_ == "location" and text[start:end] in _ALSO_STATES and (state := _STATE.match(text, end)):
        end = state.end()
    elif text[end : end + 2] in _OWN and is_known(text[start:end] + "'s"):
        end += 2
    return Span(start, end)


def named_type(surface: str, type_: str) -> str:
    """Returns the type of a name: one with initials before a surname is a person's, and no quantity."""
    return "person" if type_ == "quantity" and _INITIALLED.fullmatch(surface) else type_


def nicknamed(text: str) -> list[Span]:
    """Returns the people of a field whose names hold a nickname in quotation marks or brackets, in reading order."""
    return [Span(*match.span()) for match in _NICKNAMED.finditer(text)]


def whole_names(found: Sequence[tuple[Span, str]], people: Sequence[Span]) -> list[tuple[int, int]]:
    """Returns where names that are in pieces begin and end among the names of a window: (first, last).

    Only if the model takes the first and the last piece for names of people.

    Args:
        found: The window's names in reading order, with their types.
        people: The field's names with nicknames, in reading order.
    """
    starts = [span.start for span, _ in found]
    pieces = []
    for whole in people:
        first = bisect_left(starts, whole.start)
        last = bisect_left(starts, whole.end) - 1
        if first < last and found[first][1] == found[last][1] == "person" and found[last][0].end >= whole.end:
            pieces.append((first, last))
    return pieces
