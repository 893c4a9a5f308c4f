"""What stands in an article and is no part of what it reports: bylines, credits, tickers, and links to other articles.

A reporter runs none of the companies in the text, a stock exchange owns none, and "Read also" quotes another article's
headline. A model that reads such a line relates its names to those of the text.
"""

import re
from collections.abc import Iterator

from inference.text.names.bylines import AGENCIES, authors

LONGEST_LINE = 200
"""Characters of the longest line that is a byline, a credit or a link; a longer one is a paragraph."""

_AT_THE_TOP = 4
"""Lines at the beginning of a text among which its byline is."""

_EXCHANGES = (
    r"NYSE(?: American| Arca)?|NASDAQ(?:GS|GM|CM)?|Nasdaq|AMEX|LSE|AIM|TSX(?:-?V| Venture)?|CSE|ASX|NZX|JSE|BSE|NSE|"
    r"HKEX|SEHK|SGX|SSE|SZSE|TSE|TYO|KRX|KOSPI|KOSDAQ|FWB|FRA|ETR|XETRA?|EPA|AMS|EBR|BME|BIT|SIX|SWX|OMX|STO|CPH|HEL|OSE|WSE|VIE|"
    r"OTC(?:QB|QX|BB|MKTS| Pink| Markets)?|Euronext(?: [A-Z][a-z]+)?|Borsa Italiana|Frankfurt|B3|TASE|MOEX|"
    r"(?:New York|London|Toronto|Tokyo|Hong Kong|Australian|Singapore) Stock Exchange"
)
_SYMBOL = r"\$?[A-Z0-9][A-Z0-9.\-]{0,9}"
_LISTED = rf"(?:{_EXCHANGES})\s?:\s?{_SYMBOL}"
_LISTINGS = rf"{_LISTED}(?:(?:\s?[;,/&|]\s?|\sand\s){_LISTED})*"
_TICKER = re.compile(
    rf"[(\[]\s?(?:(?i:ticker|symbol|stock)(?: symbol)?:\s?{_SYMBOL}|{_LISTINGS})\s?[)\]]|\b{_LISTED}\b"
    r"|[(\[<][A-Z0-9]{2,6}\.[A-Z]{1,3}[)\]>]"  # as Reuters writes it: (HLDN.L)
)

_LINK = re.compile(
    r"(?:also\s+read|read\s+(?:also|next|more(?:\s+(?:on|about|from|at|in|here))?|the\s+full\s+(?:story|article|report))|"
    r"see\s+also|watch(?:\s+(?:also|now|more|live))?|listen(?:\s+(?:also|now|to\s+this))?|related(?:\s+(?:articles?|stories|story|"
    r"coverage|news|content|topics?|links?|posts?|reading))?|more\s+(?:on\s+this(?:\s+story)?|from|stories|news|coverage|"
    r"headlines|like\s+this)|recommended(?:\s+(?:stories|articles|reading|for\s+you))?|don['’]t\s+miss|you\s+may\s+also\s+"  # noqa: RUF001
    r"(?:like|be\s+interested\s+in)|most\s+(?:read|popular)|trending(?:\s+now)?|in\s+case\s+you\s+missed\s+it|"
    r"editors?['’]?s?\s+picks?|further\s+reading|up\s+next|next\s+article)"  # noqa: RUF001
    r"(?P<mark>\s*[:|\u2013\u2014>»\u2192-]|\s*$)",
    re.IGNORECASE,
)
_SENTENCE_LINK = re.compile(
    r"(?<=[.!?\"”)]\s)[(\[]?(?:also\s+read|read\s+(?:also|more|next)|see\s+also|related(?:\s+(?:articles?|stories|story))?)"
    r"\s*:[^\n.!?]{1,200}[.!?)\]]?",
    re.IGNORECASE,
)

_PICTURES = r"(?:photo(?:graph)?s?|picture|image|video|graphic|illustration|cover)"
_CREDIT = re.compile(
    rf"(?:{_PICTURES}\s+)?(?:credits?|courtesy(?:\s+of)?|source)\s*:|{_PICTURES}\s*(?::|(?:by|via|from|courtesy)\s)|"
    r"©|\(c\)\s|copyright\s+(?:©|\(c\)|\d)|file\s+(?:photo|picture|image)\b|getty\s+images\b|"
    r"(?:additional\s+)?(?:reporting|writing|editing|translation)\s+by\b|"
    r"with\s+(?:files|reporting|additional\s+reporting|assistance|contributions?)\s+(?:from|by)\b|"
    r"(?:this\s+(?:article|story|report|content)\s+(?:was|is|has\s+been|originally|first)\b[^\n]{0,60}\b(?:published|"
    r"produced|syndicated|edited|generated)\b)|"
    r"(?:follow|contact|e-?mail)\s+(?:us|(?:the|this|our)\s+(?:author|reporter|writer)|@\w+)\b|"
    r"sign\s+up\s+(?:for|to)\s+(?:our|the|receive)\b|subscribe\s+(?:to|now)\b|click\s+here\b|advertisement$|"
    r"all\s+rights\s+reserved\b",
    re.IGNORECASE,
)
_BRACKETED_CREDIT = re.compile(
    rf"[(\[](?:{_PICTURES}(?:\s+credits?)?\s*(?::|(?:by|via|courtesy\s+of|from)\s)|credits?\s*:|(?:additional\s+)?reporting\s+by\s|"
    r"(?:writing|editing)\s+by\s|read\s+(?:also|more)\s*:|see\s+also\s*:)[^()\[\]\n]{1,300}[)\]]",
    re.IGNORECASE,
)

_BY = re.compile(r"\s*(?:(?:written|reported|posted|story|words|text)\s+)?by:?\s+\S", re.IGNORECASE)
_FUNCTION = re.compile(
    r"(?:[A-Z][\w.'’-]*\s){1,4}?[A-Z][\w'’-]*\s*[,|\u2013\u2014-]\s*(?:[A-Z&][\w.'’&-]*\s){0,4}?"  # noqa: RUF001
    r"(?i:reporter|correspondent|writer|editor|columnist|contributor|journalist|photographer|producer|bureau\s+chief|"
    r"newsroom|staff)(?:(?:\s*[,|\u2013\u2014-]|\s+(?:at|for|in)(?:\s+the)?)(?:\s?[A-Z&][\w.'’&-]*){1,5})?\.?"  # noqa: RUF001
)
_AFTER_NAMES = re.compile(
    r"\s*[,|\u2013\u2014-]?\s*(?:(?:[\w.'’&-]+\s){0,4}(?:reporter|correspondent|writer|editor|columnist|staff|desk|bureau|news|press|times|"  # noqa: RUF001
    r"post|journal|reuters|agency)\b[^\n]{0,40}|(?:updated|published|posted|\d)[^\n]{0,60})?\s*",
    re.IGNORECASE,
)


def without_asides(text: str, *, lines: bool = True) -> str:
    """Returns a text of the same length in which asides are blank. Line breaks stay where they are.

    Args:
        text: The text.
        lines: Whether whole lines may be asides; a headline is one line and says what the article is about.
    """
    parts: list[str] = []
    done = 0
    for start, end in _asides(text, lines=lines):
        if start >= done:
            parts += (text[done:start], "".join("\n" if c == "\n" else " " for c in text[start:end]))
            done = end
    return "".join((*parts, text[done:])) if parts else text


def _asides(text: str, *, lines: bool) -> list[tuple[int, int]]:
    """Returns the asides as (start, end); an aside within another may follow it."""
    found = list(_lines(text)) if lines else []
    for pattern in (_TICKER, _BRACKETED_CREDIT, _SENTENCE_LINK):
        found += (match.span() for match in pattern.finditer(text))
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yields the lines that are asides."""
    place = written = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        start = place + len(line) - len(line.lstrip())
        place += len(line)
        if not stripped:
            continue
        written += 1
        if len(stripped) <= LONGEST_LINE and _is_aside(stripped, top=written <= _AT_THE_TOP):
            yield start, start + len(stripped)


def _is_aside(line: str, *, top: bool) -> bool:
    bare = line.lstrip("-–—*•·▪◦‣>|([ \t")  # noqa: RUF001
    if _LINK.match(bare) or _CREDIT.match(bare):
        return True
    return top and (bool(_FUNCTION.fullmatch(line)) or _is_byline(line))


def _is_byline(line: str) -> bool:
    """Returns whether a line consists of "By", names, and at most a function or a newspaper."""
    if not _BY.match(line):
        return line.strip("() .").lower() in AGENCIES
    names = authors(line)
    return bool(names) and _AFTER_NAMES.fullmatch(line, max(name.end for name in names)) is not None
