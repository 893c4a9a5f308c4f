"""Which of two versions of an article is the earlier one, by what their publisher says."""

from collections.abc import Iterator
from dataclasses import dataclass

from streams.sources.feeds.dates import read_date

NEWSML = "NewsML-G2"
NINJS = "ninjs"
FORMATS = (NEWSML, NINJS)
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article. What grows from one version to the next is None where it is not stated.

    Attributes:
        format: The format that states it.
        number: Its number.
        created: When it was created, in seconds since 1970.
        withdrawn: Whether it withdraws the article.
    """

    format: str
    number: int | None = None
    created: float | None = None
    withdrawn: bool = False

    def precedes(self, other: "Version") -> bool:
        """Returns whether this version is the earlier one; False if nothing says so.

        If neither number nor time tells the two apart, a withdrawal is the later one: what stays public by mistake does
        more harm than what is published once more.
        """
        earlier = (a < b for a, b in self._pairs(other) if a is not None and b is not None and a != b)
        return next(earlier, other.withdrawn and not self.withdrawn)

    def _pairs(self, other: "Version") -> Iterator[tuple[float | None, float | None]]:
        """Yields what is to be compared, the decisive first: the number if both are NewsML-G2, otherwise the time."""
        number, created = (self.number, other.number), (self.created, other.created)
        yield from (number, created) if self.format == other.format == NEWSML else (created, number)


def number_of(text: str) -> int | None:
    """Returns the number of a version; None if the text is none."""
    plain = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if plain else None


def time_of(text: str) -> float | None:
    """Returns the seconds since 1970 that a date states; None if it cannot be read."""
    when = read_date(text)
    return when.timestamp() if when else None
