"""Text that is printed in capitals throughout, given the letters that it would have in a sentence.

Where everything is in capitals, capitals mark no names, and "LENE FOSS" would be another person than "Lene Foss". What
a word looks like elsewhere in the article decides; else function words, verbs and common nouns are written small.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from inference.text.language.stopwords import STOP_WORDS

_FEWEST_LETTERS = 12
"""Letters of the shortest line that is emphasis: a shorter one may be an acronym and a few signs."""

_SHARE = 0.9
"""Share of capitals among the letters of a line that is printed in capitals."""

_WORD = re.compile(r"(?<![\w.&])[^\W\d_]{2,}+(?![\w&])|(?<=[^\W\d_]['’])S(?!\w)|(?<![\w.'’&])A(?=\s)")  # noqa: RUF001
_SEEN = re.compile(r"(?<=[\w,;] )[^\W\d_]{2,}+(?!\w)")
_OPENING = re.compile(r"(?:\A|[^\W_]{3}[.!?:][\"'”’)]?\s|\n)[\s\"'“‘(]*\Z")  # noqa: RUF001
_LOOK_BACK = 24
"""Characters before a word that tell whether it opens a sentence."""

_HEADLINE_WORD = re.compile(r"(?<![\w.&'’])[^\W\d_]++(?!\w)")  # noqa: RUF001
_LEAST_LETTERS = 4
"""Letters of the shortest word that title case always writes large."""

_LONG_HEADLINE_WORD = re.compile(rf"(?<![\w.&'’])[^\W\d_]{{{_LEAST_LETTERS},}}+(?!\w)")  # noqa: RUF001

_FEWEST_WORDS = 3
"""Words of four letters and more of the shortest headline that is taken to be in title case."""

_MONTH_BEFORE = re.compile(r"\b(?:in|on|of|since|until|last|next|this|late|early|by|\d)\s*$")
_CALENDAR = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december
    """.split()  # noqa: SIM905 - read as prose
)

_MC = re.compile(r"M[cC]([A-Z]{3,})")
_LONGEST_ACRONYM = 5

_ACRONYMS = frozenset(
    """
    US USA UK EU UN UAE DR NATO NASA FIFA UEFA OPEC UNESCO UNICEF ASEAN AI TV CEO CFO COO CIA FBI IMF IAEA IOC ICC NBA
    NFL NHL MLB ANC BBC CNN ABC CBS NBC IBM BMW HSBC IKEA ESA ECB WTO OECD RAF IRA ISIS EPA FDA FAA USAID LGBT GDP
    """.split()  # noqa: SIM905 - read as prose
)
_VERBS = """
names named naming appoints appointed appointing founds founded founding headquartered based born died dies killed
kills acquired acquires acquire buys bought buy sells sold owns owned own married marries marry resigns resigned quits
quit steps stepped joins joined join leads led lead elects elected wins won beats beat loses lost signs signed agrees
agreed arrested arrests charged sentenced jailed convicted sacked fires fired ousted dismissed replaces replaced
succeeds succeeded visits visited meets met opens opened launches launched moves moved plans planned considers
considering denies denied rejects rejected approves approved backs urges warns hits strikes falls fell rises rose
grows grew cuts raises published written wrote directed directs played plays produced developed built made studied
graduated works worked lives lived leaves left becomes became holds held runs ran calls seeks faces hires hired merges
merged expands comes came released issued attacked injured wounded rescued found sued sues shut shuts closed closes
hails hailed slams slammed vows vowed pledges faced called gets gives gave takes took makes told tells wants
"""
_NOUNS = """
chief executive officer chairman chairwoman chair president minister prime director founder owner head leader governor
mayor senator boss insurer lender retailer brewer brewery grocer publisher broadcaster shipper builder developer
producer operator supplier startup studio label charity institute museum theatre theater hotel bakery farm mine miner
refinery shipyard foundry carrier utility fund investor trader regulator parent division arm
board spokesman spokeswoman ambassador manager coach captain judge company companies bank firm
group party government state country city town village province region district university school college hospital
court police army navy team club league union council parliament senate ministry agency department commission office
member members subsidiary unit headquarters deal merger acquisition agreement talks crisis war attack election vote
law bill budget trade market markets shares stock profit sales wife husband son daughter father mother brother sister
family novel film movie book album song newspaper magazine restaurant chain store factory plant airline carmaker maker
author writer actor actress singer player striker capital border river island mountain north south east west northern
southern eastern western national international foreign federal local public private former general secretary finance
defence defense interior health justice energy oil gas water fire storm flood earthquake
"""
_HONORIFICS = frozenset(("mr", "mrs", "ms", "dr", "st", "sgt", "lt", "col"))
_VOWELS = frozenset("AEIOUYÄÖÜÉÈÁÍÓÚØÅ")
_SMALL = (
    (STOP_WORDS | frozenset(_VERBS.split()))
    - _HONORIFICS
    - frozenset(
        # what is also written large in a sentence: days, months and titles
        """
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec reuters
    """.split()  # noqa: SIM905 - read as prose
    )
)
_NOUN = frozenset(_NOUNS.split())
"""Nouns that also end names: small only after a small word, as in "its chief executive" but "Northgate Bank"."""


def recased(texts: Sequence[str]) -> list[str]:
    """Returns the fields of an article, each of the same length, with the lines in capitals recased."""
    lines = [text.splitlines(keepends=True) for text in texts]
    if not any(map(_in_capitals, (line for field in lines for line in field))):
        return [*texts]
    forms = _forms([line for field in lines for line in field if not _in_capitals(line)])
    return ["".join(_recased(line, forms) if _in_capitals(line) else line for line in field) for field in lines]


def untitled(text: str) -> str:
    """Returns a headline in title case with its words in small letters, and any other text as it is.

    The result is as long as the text. Days and months keep their capitals. So do all words where a text has too few to
    tell, or where some of its verbs and nouns are small.
    """
    words = _LONG_HEADLINE_WORD.findall(text)
    if len(words) < _FEWEST_WORDS or len([1 for word in words if word[0].isupper()]) < _SHARE * len(words):
        return text
    return _HEADLINE_WORD.sub(_in_small, text)


def _in_small(match: re.Match[str]) -> str:
    word, small = match[0], match[0].lower()
    if word.isupper() and len(word) > 1:
        return word
    if small == "may":
        before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()].lower()
        month = match.string[match.end() : match.end() + 2].strip()[:1].isdigit() or _MONTH_BEFORE.search(before)
        return word if month else small
    return word if small in _CALENDAR or len(small) != len(word) else small


def _in_capitals(line: str) -> bool:
    capitals = sum(map(str.isupper, line))
    if capitals < _FEWEST_LETTERS or not any(map(str.isspace, line.strip())):
        return False
    return capitals >= _SHARE * (capitals + sum(map(str.islower, line)))


def _forms(lines: Sequence[str]) -> dict[str, str]:
    """Returns the usual form of each word within sentences, by its capitals."""
    counts: dict[str, Counter[str]] = {}
    for line in lines:
        for match in _SEEN.finditer(line):
            counts.setdefault(match[0].upper(), Counter())[match[0]] += 1
    return {word: max(sorted(found), key=lambda form: found[form]) for word, found in counts.items()}


def _recased(line: str, forms: Mapping[str, str]) -> str:
    after_small = True

    def form(match: re.Match[str]) -> str:
        nonlocal after_small
        word = match[0]
        before = line[max(0, match.start() - _LOOK_BACK) : match.start()]
        if word in {"S", "T", "LL", "RE", "VE"} and before[-1:] in {"'", "’"}:  # noqa: RUF001
            after_small = True
            return word.lower()
        opening = _OPENING.search(before) is not None
        found = _form(word, forms, after_small=after_small or opening)
        after_small = found.islower()
        if opening:
            found = found[0].upper() + found[1:]
        return found if len(found) == len(word) else word  # a large ß is two letters

    return _WORD.sub(form, line)


def _form(word: str, forms: Mapping[str, str], *, after_small: bool) -> str:
    small = word.lower()
    if word in forms:
        found = forms[word]
    elif not word.isupper() or word in _ACRONYMS:
        found = word
    elif small in _SMALL or (after_small and small in _NOUN):
        found = small
    elif len(word) <= _LONGEST_ACRONYM and not _VOWELS & set(word) and small not in _HONORIFICS:
        found = word
    elif name := _MC.fullmatch(word):
        found = f"Mc{name[1].capitalize()}"
    else:
        found = word.capitalize()
    return found
