"""A sentence splitter for news: one pass over the positions where a sentence could end, and a rule for each kind.

It knows abbreviations, initials, "U.S.", "a.m.", list numbers, quotes after full stops, reporting clauses after quotes,
paragraphs, bullets, hard-wrapped lines and CJK full stops. In doubt it does not split, because
a sentence cut in two loses the relations across the cut, while one too long loses nothing.
"""

import re
from bisect import bisect_right

_ABBREVIATIONS = """
mr mrs ms messrs dr prof gen lt col sgt capt cpl maj adm sen sens rep reps gov govs rev hon pres supt insp det cmdr
brig amb atty pvt pte spc msgr fr st ste mt ft cllr insp ofc rm tel vs v op fig figs art sec sect ch vol pp p ca cf
al approx est dept univ ave blvd rd jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri
sat sun e.g i.e incl
"""
_NEVER_FINAL = frozenset(_ABBREVIATIONS.split())
"""Abbreviations that never end a sentence: they stand before the word they belong to."""

_CLOSING_ABBREVIATIONS = "inc corp co ltd llc plc bros jr sr etc ph.d m.d a.m p.m esq assn bn mfg intl natl govt assoc"
_SOMETIMES_FINAL = frozenset(_CLOSING_ABBREVIATIONS.split())
"""Abbreviations that may also end a sentence."""

_STATES = """
Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb Nev Okla Ont Ore Pa Penn
Que Tenn Tex Va Vt Wash Wis Wyo
"""
_STATE = frozenset(_STATES.split())
"""Abbreviated states and provinces, which may end a sentence too; only so written, since "mass" is a word."""

_EXCLAIMING = frozenset(("yahoo", "yum", "jeopardy", "wham", "panic", "ok"))
"""Names that end in an exclamation mark."""

_LEGAL_FORMS = frozenset(
    ("inc", "corp", "co", "ltd", "llc", "plc", "limited", "incorporated", "group", "holdings", "gmbh", "ag")
)
"""Words that follow a company's name and so start no sentence."""

_OPENERS = """
a about according after all also although among an and another as at authorities because before both but by critics
despite during each earlier eight even every five for four from further he her here his how however i if in it its last
later local many meanwhile more most my nearly neither nine no none nor now of officials on once one only other others
our over police seven several she since six so some still such that the their then there these they this those three
through thus to today two under unlike until we what when where whether which while who why with within witnesses you
your yet
"""
_STARTERS = frozenset(_OPENERS.split())
"""Words that, capitalised, start a sentence rather than follow an abbreviation within one."""

_END = re.compile(
    r"""(?<![.!?…])(?P<stop>[.!?…]++)(?P<close>["'”’»)\]]*+)(?=\s|\Z|[A-Z])|[。！？]+["'”’」』）]*|\n\s*+"""  # noqa: RUF001
)
_NEXT = re.compile(r"""\s*(?P<open>["'“‘«(\[]*)(?P<word>[^\W_]+(?:['’][^\W_]+)?)?""")  # noqa: RUF001
_TOKEN = re.compile(r"[^\s\"'“‘«(\[—–/]+\Z")  # noqa: RUF001
_DOTTED = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]\Z")
_REPORTED = re.compile(r"\s+(?:[\w.’'-]+\s+){0,3}(?:said|says|asked|asks|told|added|wrote|shouted|cried|tweeted)\b")  # noqa: RUF001
_BULLET = re.compile(r"(?:[-–—*•·▪◦‣]|\d{1,3}[.)])\s")  # noqa: RUF001
_STRAY = re.compile(r"""[^\S\n]*(?:[,;:.!?)\]}'"”’]|[—–-]\s*+[a-z])""")  # noqa: RUF001
_WRAPPED = range(45, 121)
"""Line lengths of hard-wrapped text: such a line without a full stop continues on the next."""

_NARROW = range(20, 45)
"""Longest line of a paragraph in a narrow column, which could as well be a list or a table."""

_BLOCK = re.compile(r"[^\n]+(?:\n[^\n]+){2,}")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Returns the (start, end) of each sentence, in order.

    Sentences don't overlap, don't begin or end with white space, and together cover every other character.
    """
    narrow = [block.span() for block in _BLOCK.finditer(text) if _is_narrow(block.group())] if "\n" in text else []
    cuts = [match.end() for match in _END.finditer(text) if _ends(text, match) and not _within(match, narrow)]
    spans = []
    start = 0
    for cut in (*cuts, len(text)):
        piece = text[start:cut]
        body = piece.strip()
        if body:
            first = start + len(piece) - len(piece.lstrip())
            spans.append((first, first + len(body)))
        start = cut
    return spans


def _is_narrow(block: str) -> bool:
    """Returns whether a paragraph is wrapped to a narrow column: only together do its lines say something."""
    lines = [line.strip() for line in block.split("\n")]
    return (
        max(map(len, lines)) in _NARROW
        and lines[-1][-1:] in set('.!?"”')
        and any(line[:1].islower() for line in lines[1:])
        and not any(_BULLET.match(f"{line} ") for line in lines)
    )


def _within(match: re.Match[str], blocks: list[tuple[int, int]]) -> bool:
    """Returns whether a line break is one within a narrow column, and its line ends no sentence."""
    if match.group()[0] != "\n" or match.group().count("\n") > 1:
        return False
    at = bisect_right(blocks, (match.start(), len(match.string)))
    within = at > 0 and blocks[at - 1][0] < match.start() < blocks[at - 1][1]
    return within and match.string[match.start() - 1] not in ".!?:;…"


def _ends(text: str, match: re.Match[str]) -> bool:
    """Returns whether the sentence ends with this match."""
    if match.group()[0] == "\n":
        return _line_ends(text, match)
    stop = match.group("stop")
    if stop is None:
        return True
    following = _NEXT.match(text, match.end())
    word = following.group("word") if following else None
    if word is None or following is None:
        # Stray punctuation does not start a sentence: "in Moscow. '"
        return _STRAY.match(text, match.end()) is None
    if match.end() == following.start("word"):
        # No space after the stop: "www.Example" and "U.S.A", but "ended.The" where the space got lost.
        before = text[match.start() - 2 : match.start()]
        return word.lower() in _STARTERS and before.isalpha() and before.islower()
    if word[0].islower() or (match.group("close") and _REPORTED.match(text, match.end())):
        return False
    return not (_abbreviates if stop == "." else _exclaims)(text, match, word)


def _exclaims(text: str, match: re.Match[str], word: str) -> bool:
    """Returns whether an exclamation or question mark belongs to the name before it: "Wowza! Inc.", "Yahoo! Japan"."""
    if match.group("close"):
        return False
    if word.lower() in _LEGAL_FORMS:
        return True
    found = _TOKEN.search(text, max(0, match.start() - 24), match.start())
    return found is not None and found.group().lower() in _EXCLAIMING and word.lower() not in _STARTERS


def _abbreviates(text: str, match: re.Match[str], word: str) -> bool:
    """Returns whether the full stop belongs to the token before it and the sentence continues with `word`."""
    found = _TOKEN.search(text, max(0, match.start() - 24), match.start())
    if found is None:
        return False
    token = found.group()
    name = token.lower()
    if name in _NEVER_FINAL:
        return True
    if name in ("no", "nos"):
        return word[0].isdigit()
    opens = word.lower() in _STARTERS
    if name in _SOMETIMES_FINAL or token in _STATE or _DOTTED.match(token):
        return not opens
    if len(token) == 1 and token.isupper():
        return not opens or word == "A"
    # "1. First item" at the start of a line.
    before = text[max(0, found.start() - 8) : found.start()].rstrip(" \t")
    return token.isdigit() and before[-1:] in ("", "\n")


def _line_ends(text: str, gap: re.Match[str]) -> bool:
    """Returns whether a line break ends a sentence (paragraph, list item, heading) or only a line."""
    if gap.group().count("\n") > 1 or _BULLET.match(text, gap.end()):
        return True
    if text[gap.end() : gap.end() + 1].islower():
        return False
    line = text[text.rfind("\n", 0, gap.start()) + 1 : gap.start()].strip()
    return len(line) not in _WRAPPED or line[-1] in ".!?:;…"
