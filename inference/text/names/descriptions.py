"""What the words right before a name call it: in "the coffee exporter Altamira", no person of that name is meant."""

import re

_MOST = 48
"""Characters before a name that are looked at."""

_ORGANIZATION = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Ii]ts|[Tt]heir|['’]s)\s+(?:[\w-]+\s+){0,3}?"  # noqa: RUF001
    r"(?:company|firm|group|bank|airline|carmaker|automaker|chipmaker|drugmaker|steelmaker|planemaker|manufacturer|"
    r"retailer|insurer|conglomerate|chain|start-?up|brewery|winery|vineyard|distillery|exporter|importer|shipping line|"
    r"newspaper|magazine|agency|party|union|club|university|college|charity|foundation|institute|museum|hospital|"
    r"think tank|watchdog|regulator|utility|subsidiary|consultancy|supermarket|"
    r"(?<!film )(?<!movie )(?<!documentary )(?<!music )(?<!policy )(?<!wine )(?<!cheese )(?<!dress )(?<!shoe )"
    r"(?<!watch )(?<!instrument )(?<!peace )maker)\s+$"
)
_ENDS = re.compile(r"\s*(?:[.,;:)]|\Z)|\s+(?:in|on|for|to|as|at)\b")
"""After the name: no clause of its own, as in "the company Ann Lee founded"."""


def is_organization(text: str, start: int, end: int) -> bool:
    """Returns whether the words before a name call it an organization.

    Args:
        text: The field.
        start: The name's first character.
        end: One past its last.
    """
    return _ORGANIZATION.search(text[max(0, start - _MOST) : start]) is not None and _ENDS.match(text, end) is not None
