"""What is checked beside a wording: whether a name begins its clause, and is that of a school, a man or a woman."""

import re

from inference.text.statements.signs import ANY, DATE

SCHOOL = re.compile(
    r"\b(?:universit\w+|college|school|institute|academy|polytechnic|conservator\w+|seminary|tech|lyc[eé]e|gymnasium|"
    r"faculty|mit|eth|oxford|cambridge|harvard|yale|stanford|princeton)\b",
    re.IGNORECASE,
)

_BOUNDARY = re.compile(
    r"[,;:.!?()\"\u2014\u2013]|\b(?:and|but|that|because|while|when|after|before|as|said|says|whether)\b"
)
_TURNED = re.compile(
    rf"\b(?:of|by|with|from|for|to|at|in|on|than|like|about|against|near|between|behind|under|over|into|who|whom|"
    rf"whose|"
    rf"which|is|was|are|were|has|[Hh]ad|[Ss]hould|not|no|never|neither|nor)\b|{ANY}'|'s "
)
_WHEN_FIRST = re.compile(rf"^ ?(?:[Ii]n|[Oo]n|[Ss]ince|[Bb]y) (?:early |late )?{DATE}\s*")


def opens_clause(text: str, place: int) -> bool:
    """Returns whether the name at a place of a sentence with signs is what its clause is about.

    Nothing but an article, a title or a few words of description may stand between the beginning of the clause and it.

    Args:
        text: The sentence with signs.
        place: Where the name's sign stands.
    """
    before = text[max(0, place - 120) : place]
    cuts = [match.end() for match in _BOUNDARY.finditer(before)]
    own = before[cuts[-1] :] if cuts else before
    return not _TURNED.search(_WHEN_FIRST.sub("", own))


_MAN = re.compile(
    r"\b(?:Mr\.?|Sir|Lord|King|Prince|Pope|Fr\.?|[Cc]hairman|[Bb]usinessman|[Ss]pokesman|[Aa]ctor|[Hh]usband|"
    r"[Ff]ather|[Bb]rother|[Ss]on|[Ss]tatesman|[Cc]ongressman)\W+(?:[\w-]+\W+)?$"
)
_WOMAN = re.compile(
    r"\b(?:Mrs\.?|Ms\.?|Miss|Dame|Lady|Queen|Princess|[Cc]hairwoman|[Bb]usinesswoman|[Ss]pokeswoman|[Aa]ctress|"
    r"[Ww]ife|[Mm]other|[Ss]ister|[Dd]aughter|[Cc]ongresswoman)\W+(?:[\w-]+\W+)?$"
)


def may_be(text: str, start: int, *, she: bool) -> bool:
    """Returns whether "she", or else "he", may mean a person, by the title before the name.

    Args:
        text: The field.
        start: The name's first character.
        she: Whether it is "she".
    """
    return not (_MAN if she else _WOMAN).search(text[max(0, start - 40) : start])
