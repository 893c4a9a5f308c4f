"""Sentences with marked names: `[O Acme] was founded by [P Ann Lee].`"""

import re

from inference.text.statements.reading import statements
from inference.text.statements.signs import Name

TYPES = {"P": "person", "O": "organization", "L": "location", "W": "work", "D": "product", "T": "date"}
MARKED = re.compile(r"\[([POLWDT]) ([^\]]+)\]")


def read(marked: str) -> tuple[str, list[Name]]:
    """Returns a sentence and its names."""
    text, names, done = "", [], 0
    for match in MARKED.finditer(marked):
        text += marked[done : match.start()]
        names.append(Name(len(text), len(text) + len(match[2]), TYPES[match[1]], match[2]))
        text += match[2]
        done = match.end()
    return text + marked[done:], names


def stated(marked: str) -> set[str]:
    """Returns what a sentence states."""
    text, names = read(marked)
    return {f"{names[s].text} {relation} {names[o].text}" for s, relation, o in statements(text, names)}
