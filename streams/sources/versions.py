"""Which of two versions of an article is the earlier one, by what their publisher says."""

from dataclasses import dataclass

from streams.sources.feeds.dates import read_date

_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Version:
    """A version of an article.

    Attributes:
        format: The format that states it; versions of two formats are not compared.
        measures: What grows from one version to the next, the decisive measure first; None where it is not stated.
    """

    format: str
    measures: tuple[float | None, ...]

    def precedes(self, other: "Version") -> bool:
        """Returns whether this version is the earlier one; False if nothing says so."""
        pairs = zip(self.measures, other.measures, strict=False) if self.format == other.format else ()
        return next((a < b for a, b in pairs if a is not None and b is not None and a != b), False)


def number_of(text: str) -> int | None:
    """Returns the number of a version; None if the text is none."""
    plain = text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if plain else None


def time_of(text: str) -> float | None:
    """Returns the seconds since 1970 that a date states; None if it cannot be read."""
    when = read_date(text)
    return when.timestamp() if when else None
