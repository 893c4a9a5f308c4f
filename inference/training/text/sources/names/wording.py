"""What the words of a pattern tell about its names: whether "the" or "an" stands before one, who is a woman."""

import re
from collections.abc import Iterator

from inference.training.text.sources.pattern_bank import Pattern

BEGINS = re.compile(r'(?:^|[.!?]["”)]?\s+|\n)["“(]*$')
"""What stands before the first word of a sentence."""
THE = re.compile(r"\b[Tt]he $")

_AN = re.compile(
    r"(?![Ee]u|[Uu]ni|[Uu]se|[Oo]ne\b|[Uu]k|[Uu]r[aou]|U\.?S|U\.?K|UA|UN)[aeiouAEIOUÁÉÍÓÚÅÄÖÜİŌ]"
    r"|8|1[18]\b|FBI|FC |HMS|MV |NBA|NHL|NFL|RAF|SC "
)
_NO_ARTICLE = re.compile(
    r"(?:\b(?:a|an|the|its|his|her|their|our|my|your|this|no|every|another|new|former|old|group|party|union|agency|"
    r"ship|ferry|yacht|drug|film|militia|movement|team|club|charity|organi[sz]ation|regulator|airline|company|bank|"
    r"newspaper|paper|daily|magazine|festival|award|league|rebels|militants|operator|broadcaster|watchdog|called|named|"
    r"next|last|\w+(?:ese|ish)|(?:the|a|an|its|his|her|their) [a-z-]+)|'s|s'|\("
    r"|(?!(?:After|And|As|At|Before|Both|But|By|For|From|If|In|Like|Of|On|Since|Though|To|When|While|With)\b)"
    r"\b[A-ZÀ-Ž][\w.-]*)\s*$"
)
_MAN = re.compile(
    r"\b(?:husband|father|son|brother|uncle|grandfather|grandson|stepson|nephew|king|prince|actor|widower|Mr\.?),? $"
)
_WOMAN = re.compile(
    r"\b(?:wife|mother|daughter|sister|aunt|grandmother|granddaughter|niece|queen|princess|actress|widow|Mrs\.?|Ms\.?)"
    r",? $"
)
_HE = re.compile(r"\b(?:he|his|him|himself)\b", re.IGNORECASE)
_SHE = re.compile(r"\b(?:she|her|herself)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:president|prime minister|minister|chancellor|governor|mayor|ambassador|king|queen|emperor|pope|bishop|"
    r"archbishop|cardinal|imam|judge|chief justice|prosecutor|attorney general|senator|speaker|secretary|general|"
    r"admiral|colonel|commander|captain|chief executive|chief|chair|chairman|chairwoman|chairperson|director|head|"
    r"leader|coach|manager|editor|rector|dean|professor|CEO|boss|spokesman|spokeswoman|MP|treasurer|coroner|ombudsman)s?\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<=[a-z,;)\d] )(?!I\b|I'|No\b)[A-Z][\w'-]*[a-z][\w'-]*(?: [A-Z][\w'-]+)*")
_TIMES = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|ago|week|weeks|month|months|year|years|decade|decades|century|morning|"
    r"afternoon|evening|night|noon|midnight|dawn|hours?|minutes?|days?|spring|summer|autumn|winter|weekend|season|"
    r"Christmas|Easter|January|February|March|April|May|June|July|August|September|October|November|December|"
    r"\w+day|time|now|recently|later|earlier|dusk|daily|annual|era|age|\d{4}s?)\b"
)
_COUNTS = re.compile(
    r"\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|double|"
    r"once|both|pair|first|second|several|few|many|most|couple|percent|life)\b",
    re.IGNORECASE,
)


def indefinite(before: str, name: str) -> str:
    """Returns the text before a name with the right one of "a" and "an" at its end."""
    match = re.search(r"\b([aA])n? $", before)
    return f"{before[: match.start()]}{match[1]}{'n' if _AN.match(name) else ''} " if match else before


def takes_no_article(before: str) -> bool:
    """Returns whether no "the" can be written after a text."""
    return _NO_ARTICLE.search(before) is not None


def after_name(name: str, words: str) -> str:
    """Returns words as they are written after a name: "Netherlands' ", and one full stop after "Inc."."""
    if words.startswith("'s") and re.search(r"(?:States|Netherlands|Philippines|Emirates|Maldives)$", name):
        return words.replace("'s", "'", 1)
    return words[1:] if words.startswith(".") and not words.startswith("..") and name.endswith(".") else words


def unsure(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yields the words from `start` on that may be a name or an office, though no pattern says so."""
    for pattern in (_CAPITAL, _TITLE):
        yield from (match.span() for match in pattern.finditer(text, max(0, start - 2)) if match.start() >= start)


def tells_time(words: str) -> bool:
    """Returns whether words may hold a date."""
    return _TIMES.search(words) is not None


def counts(words: str) -> bool:
    """Returns whether words may hold a quantity."""
    return _COUNTS.search(words) is not None


def is_sentence(pattern: Pattern) -> bool:
    """Returns whether a pattern ends as a sentence does, and not as a headline."""
    last = pattern.pieces[-1]
    return last.kind == "words" and last.text.rstrip().endswith((".", "!", "?", '."', '?"', '!"'))


def sex_before(before: str) -> str:
    """Returns `m` or `f` if the words right before a name tell."""
    return "m" if _MAN.search(before) else "f" if _WOMAN.search(before) else ""


def sexes(pattern: Pattern) -> dict[str, str]:
    """Returns which slots are men (`m`) or women (`f`), as far as pronouns and kinship tell."""
    found: dict[str, str] = {}
    people = [key for key, pool in pattern.pools.items() if pool == "person"]
    if len(people) == 1:
        found |= dict.fromkeys(people, _sex(" ".join(p.text for p in pattern.pieces if p.kind in {"words", "trigger"})))
    found |= {f.object: "m" if f.relation == "P22" else "f" for f in pattern.facts if f.relation in {"P22", "P25"}}
    for piece in pattern.pieces:
        if piece.kind == "anaphor" and piece.key in people and (sex := _sex(piece.text)):
            found[piece.key] = sex
    return found


def _sex(words: str) -> str:
    he, she = _HE.search(words) is not None, _SHE.search(words) is not None
    return "" if he == she else "m" if he else "f"
