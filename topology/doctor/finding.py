"""What an examination finds."""

import textwrap
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"
    DO = "do"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        area: What was examined: `kafka`, `neo4j`, `triton`, `machine`.
        level: `ok`, `note` (worth knowing), or `do` (something must be done).
        what: What was found.
        advice: What to do about it; "" if nothing.
    """

    area: str
    level: Level
    what: str
    advice: str = ""


def short(message: str) -> str:
    """Returns a library's error message on one line, without what says nothing."""
    words = " ".join(message.split())
    refused = any(sign in words for sign in ("Connection refused", "Connect call failed"))
    return "nobody listens there" if refused else textwrap.shorten(words, 200)


def ok(area: str, what: str) -> Finding:
    """Returns a finding that all is well."""
    return Finding(area, Level.OK, what)


def note(area: str, what: str, advice: str = "") -> Finding:
    """Returns a finding that is worth knowing."""
    return Finding(area, Level.NOTE, what, advice)


def do(area: str, what: str, advice: str) -> Finding:
    """Returns a finding about which something must be done."""
    return Finding(area, Level.DO, what, advice)
