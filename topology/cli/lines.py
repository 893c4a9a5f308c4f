"""Lines for people that fit the terminal, or 80 columns where there is none."""

import shutil
from collections.abc import Iterator
from textwrap import TextWrapper

from rich.cells import cell_len, set_cell_size

NARROWEST = 40


def width() -> int:
    """Returns the columns that a line may take."""
    return max(NARROWEST, shutil.get_terminal_size((80, 24)).columns)


def printable(text: str) -> str:
    """Returns a text as one line without control characters, which could move the cursor or hide other lines."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def amount(count: int, thing: str) -> str:
    """Returns how many of a thing: "1 article", "2 articles"."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def fitted(text: str, columns: int) -> str:
    """Returns the beginning of a text that fits into some columns, ending in `…` if it was cut."""
    text = printable(text)
    return text if cell_len(text) <= columns else set_cell_size(text, max(0, columns - 1)).rstrip() + "…"


def wrapped(text: str, indent: str, most: int = 4) -> Iterator[str]:
    """Yields a text in indented lines, at most `most` of them."""
    wrapper = TextWrapper(width(), initial_indent=indent, subsequent_indent=indent, max_lines=most, placeholder=" …")
    yield from wrapper.wrap(printable(text))
