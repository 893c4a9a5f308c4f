"""Where an article was written, from its dateline: "GENEVA, Nov 3 (Agency) --"; nowhere if that is unclear."""

import re
from collections.abc import Collection, Iterator

from inference.text.names.bylines import AGENCIES, FoundName

_LONGEST_DATELINE = 400
"""Characters of the longest dateline, from its first."""

_REGION = r"(?P<region>,\s(?:[A-Z][\w.]*\.?(?:\s[A-Z][\w.]*)?))?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.?"
_DAY = rf"(?P<day>,?\s(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\s{_MONTH})(?:,?\s\d{{4}})?)?"
_AGENCY = r"(?:\s\((?P<agency>[^)\n]{2,30})\))?"
_DASH = r"\s?(?:[\u2014\u2013]|--|-(?=\s))\s?"
_DATELINE = re.compile(
    r"\s*(?P<place>[A-Z][\w'\u2019.-]+(?:\s[A-Z][\w'\u2019.-]*){0,3})(?:/[\w' .-]+?)?"
    + _REGION
    + _DAY
    + _AGENCY
    + _DASH
)
_AGENCY_WORDS = re.compile(r"\b(?:Agency|News|Press|Wire)\b")
_NO_PLACE = re.compile(
    r"(?:BREAKING|UPDATE[DS]?|LIVE|EXCLUSIVE|ANALYSIS|OPINION|WATCH|VIDEO|CORRECTION|EXPLAINER|FACTBOX|NEWS|PHOTOS?|"
    r"REVIEW|INTERVIEW|FEATURE|JUST IN|DEVELOPING|MORE|READ|ALSO|NOTE|URGENT|ALERT|SPORTS?|BUSINESS|WORLD|WEATHER|"
    r"EDITORIAL|COLUMN|COMMENT|BRIEF|FLASH|RECAP|POLL|SURVEY|REPORT|STUDY|BLOG|PODCAST)\b"
)
_LINE_START = re.compile(r"^[^\S\n]*+(?=[A-Z])", re.MULTILINE)
_SHORTEST_PLACE = 5
"""Letters of the shortest word in capitals that is a place without agency or day: a shorter one is an acronym."""


def dateline(body: str, located: Collection[str] = ()) -> FoundName | None:
    """Returns the place in a text's dateline, as in "GENEVA, Nov 3 (Agency) --" or "Paris (AFP) --".

    Args:
        body: The text.
        located: Known names of places. One of these in capitals needs no agency or day after it.
    """
    start = len(body) - len(body.lstrip())
    match = _DATELINE.match(body, start, start + _LONGEST_DATELINE)
    if match is None or _NO_PLACE.match(match["place"]):
        return None
    place, agency = match["place"], match["agency"]
    wired = _is_wired(agency)
    capitals = place.isupper() and len(place) > 3  # noqa: PLR2004 - an acronym
    if not wired and (agency or not ((match["day"] and not agency) or (capitals and place in located))):
        return None
    name = " ".join(word.capitalize() if word.isupper() and len(word) > 1 else word for word in place.split())
    return FoundName(match.start("place"), match.end("place"), name, "location")


def datelines(text: str) -> Iterator[tuple[int, int, int]]:
    """Yields (start, end of the place, end) of whatever stands like a dateline at the beginning of a line.

    Without agency or day a place in capitals is enough, although it may be a slug ("TESLA —"): that too is no part of
    the sentence after it.
    """
    for line in _LINE_START.finditer(text):
        stop = text.find("\n", line.end(), line.end() + _LONGEST_DATELINE) + 1 or line.end() + _LONGEST_DATELINE
        match = _DATELINE.match(text, line.end(), stop)
        if match is None or _NO_PLACE.match(match["place"]):
            continue
        place = match["place"]
        emphatic = place.isupper() and (" " in place or len(place) >= _SHORTEST_PLACE)
        goes_on = text[match.end() : match.end() + 1]
        if _is_wired(match["agency"]) or (not match["agency"] and (match["day"] or emphatic) and not goes_on.islower()):
            yield match.start("place"), match.end("place"), match.end()


def _is_wired(agency: str | None) -> bool:
    return agency is not None and (agency.lower() in AGENCIES or _AGENCY_WORDS.search(agency) is not None)
