"""Tags and character references that a publisher left in a text, taken away without moving any other character.

A tag becomes white space and a reference becomes its character and a filler, so that each offset into the result is an
offset into the text as it was sent.
"""

import re
from html import unescape
from html.entities import html5

FILLER = "\u200b"
"""Fills up what got shorter within a word: it has no width, and the tokenizer drops it."""

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Soft hyphen, zero-width space, joiners and marks of byte order, which may stand within words."""

_TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|br|caption|center|cite|code|dd|del|details|div|dl|dt|em|embed|"
    "figcaption|figure|font|footer|h[1-6]|header|hr|i|iframe|img|ins|li|main|mark|ol|p|picture|pre|q|s|section|small|"
    "source|span|strike|strong|sub|summary|sup|svg|table|tbody|td|template|tfoot|th|thead|time|tr|tt|u|ul|video|wbr"
)
_PARAGRAPHS = frozenset(
    """
    p div h1 h2 h3 h4 h5 h6 table ul ol dl blockquote figure section article header footer
    """.split()  # noqa: SIM905 - read as prose
)
_LINES = frozenset("br hr li tr dt dd figcaption caption summary address pre".split())  # noqa: SIM905
_CELLS = frozenset(("td", "th"))

_NAMED = r"(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
_REFERENCE = re.compile(rf"&(?:amp;(?={_NAMED}))*+(?P<body>{_NAMED})")
"""`&amp;quot;` too: some texts are escaped twice."""
_MAYBE = re.compile(r"[<&]")

# Each alternative stops at the next opening bracket, so that a text of brackets alone is read once.
_TAG = re.compile(
    rf"<(?=[/A-Za-z])(?P<end>/?)(?P<name>{_TAGS})(?:\s[^<>]*+)?/?>"
    rf"|&lt;(?P<end2>/?)(?P<name2>{_TAGS})(?:\s(?:[^<>&]|&(?!lt;|gt;))*+)?/?&gt;",
    re.IGNORECASE,
)
_SILENT = re.compile(r"<(?:(?P<comment>!--)|(?P<name>script|style|noscript)(?:\s[^<>]*+)?>)", re.IGNORECASE)
_SPACES_ONLY = str.maketrans(dict.fromkeys(map(chr, range(32)), " "))


def without_markup(text: str) -> str:
    """Returns a text of the same length without tags and character references.

    A tag between blocks becomes line breaks, one between cells a tab, any other a space or, within a word, nothing
    that is seen. `5 < 6` and `AT&T` stay as they are. A lone tag that is no tag of HTML is text.
    """
    if not _MAYBE.search(text):
        return text
    return _REFERENCE.sub(_character, _TAG.sub(_blank, _without_silent(text)))


def visible(text: str) -> str:
    """Returns what a reader sees of a text, which may be shorter: for what needs no offsets."""
    read = without_markup(text)
    return read if read.isascii() else read.translate(_UNSEEN)


def _without_silent(text: str) -> str:
    """Blanks comments, scripts and style sheets; one without an end stays."""
    parts: list[str] = []
    done = 0
    endless: set[str] = set()
    for match in _SILENT.finditer(text):
        closing = "-->" if match["comment"] else f"</{match['name'].lower()}>"
        if match.start() < done or closing in endless:
            continue
        end = re.compile(re.escape(closing), re.IGNORECASE).search(text, match.end())
        if end is None:
            endless.add(closing)
            continue
        parts += (text[done : match.start()], " " * (end.end() - match.start()))
        done = end.end()
    return "".join((*parts, text[done:])) if parts else text


def _blank(match: re.Match[str]) -> str:
    name = (match["name"] or match["name2"]).lower()
    size = match.end() - match.start()
    if name in _PARAGRAPHS:
        return "\n\n" + " " * (size - 2)
    if name in _LINES:
        return "\n" + " " * (size - 1)
    if name in _CELLS:
        # The end of a cell is followed by the begin of another, or by the end of the row.
        return " " * size if match["end"] or match["end2"] else "\t" + " " * (size - 1)
    text = match.string
    within = text[match.start() - 1 : match.start()].isalnum() and text[match.end() : match.end() + 1].isalnum()
    return (FILLER if within else " ") * size


def _character(match: re.Match[str]) -> str:
    size = match.end() - match.start()
    body = match["body"]
    if body[0] != "#" and body not in html5:
        return match.group()  # no reference after all
    found = unescape(f"&{body}")
    if len(found) > size or "\n" in found or "\r" in found:
        found = " "
    found = found.translate(_SPACES_ONLY) or " "
    if found.isspace():
        return " " * size
    rest = size - len(found)
    text = match.string
    if match.end() == len(text) or text[match.end()].isspace():
        return found + " " * rest
    if match.start() == 0 or text[match.start() - 1].isspace():
        return " " * rest + found
    return found + FILLER * rest
