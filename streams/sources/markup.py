"""Converts HTML and Markdown to plain text.

A whole page goes through trafilatura, which finds the article among menus and advertisements. A fragment from a feed
contains nothing but the article, and trafilatura would lose sentences of it, so all of its text is kept.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import trafilatura
from trafilatura.settings import Document

from streams.sources.tokens import End, Start, replace_references, tokens, without_controls

_BLOCKS = frozenset(
    "address article aside block blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hl1 hl2 "  # noqa: SIM905
    "hr li main "
    "ol p pre section table td th tr ul".split()
)
_SILENT = frozenset(("script", "style", "template", "noscript"))
_CELLS = frozenset(("td", "th"))
_PICTURED = {"img": "image", "amp-img": "image", "video": "video", "audio": "audio", "source": ""}
_ADDRESSES = ("data-src", "data-original", "data-lazy-src", "src")
"""Attributes with a picture's address; a page that loads pictures late has a placeholder in `src`."""

_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…。！？:;]['\"”’»)\]]*\Z")  # noqa: RUF001
_SIZE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)[wx],?")
_MARKUP = re.compile(
    r"</?(?:a|abbr|address|article|aside|audio|b|big|blockquote|br|caption|center|cite|code|dd|del|details|div|dl|dt|em|"
    r"embed|figcaption|figure|font|footer|h[1-6]|header|hr|i|iframe|img|ins|li|main|mark|ol|p|picture|pre|q|s|script|"
    r"section|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|tfoot|th|thead|time|tr|u|"
    r"ul|video|wbr)(?:\s+[^\s<>=]{1,100}\s*=[^<>]*)?\s*/?>|<!(?:--|\[CDATA\[)",
    re.IGNORECASE,
)
"""What makes a text HTML. Anything else between angle brackets, as in `5 < 6`, is plain text."""
_ESCAPED_MARKUP = re.compile(r"</(?:p|div|a|b|em|strong|ul|li|span)>|<(?:br|img|p)\b[^<>]{0,2000}>", re.IGNORECASE)

# Lengths are bounded: without a bound, a text of opening brackets alone takes time quadratic in its length.
_IMAGE = re.compile(r"!\[([^\[\]]{0,2000})\]\([^()]{0,4000}\)")
_LINK = re.compile(r"\[([^\[\]]{1,2000})\]\([^()]{0,4000}\)")
_LINE_MARK = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.{1,300}?)(?<=\S)\1")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in an HTML fragment.

    Attributes:
        address: Its address as written there, which may be relative.
        caption: The text of its figure's caption, or else its alternative text.
        kind: `image`, `video` or `audio`.
    """

    address: str
    caption: str = ""
    kind: str = "image"


@dataclass(frozen=True, slots=True)
class Fragment:
    """What an HTML fragment contains.

    Attributes:
        text: All its text, one line per block.
        pictures: Its pictures, videos and sounds, in order.
    """

    text: str
    pictures: tuple[Picture, ...] = ()


class _Blocks:
    """Collects the blocks and pictures of a fragment from its tokens."""

    def __init__(self) -> None:
        self.blocks: list[list[str]] = [[]]
        self.pictures: list[Picture] = []
        self.silent = ""
        self.figure = -1  # place in `pictures` of the first one of the present figure; -1 outside of figures
        self.caption: list[str] | None = None

    def start(self, name: str, given: dict[str, str], *, closed: bool) -> None:
        if name in _SILENT:
            self.silent = "" if closed else name
        elif name in _CELLS:
            if any(part.strip() for part in self.blocks[-1]):
                self.blocks[-1].append(" | ")
        elif name in _BLOCKS:
            self.blocks.append([])
        if name == "figure":
            self.figure = len(self.pictures)
        elif name == "figcaption":
            self.caption = []
        elif name in _PICTURED and not _invisible(given):
            address = next((given[key] for key in _ADDRESSES if given.get(key)), "")
            if (not address or address.startswith("data:")) and name != "source":
                address = _largest(given.get("srcset") or given.get("data-srcset") or "")
            if address and not address.startswith("data:"):
                kind = _PICTURED[name] or given.get("type", "").partition("/")[0]
                self.pictures.append(Picture(address, given.get("alt") or given.get("title", ""), kind))

    def end(self, name: str) -> None:
        if name in _BLOCKS and name not in _CELLS:
            self.blocks.append([])
        if name == "figcaption" and self.caption is not None:
            text = _SPACE.sub(" ", "".join(self.caption)).strip()
            self.caption = None
            for place in range(max(self.figure, 0) if self.figure >= 0 else len(self.pictures), len(self.pictures)):
                self.pictures[place] = replace(self.pictures[place], caption=text)
        elif name == "figure":
            self.figure = -1

    def text(self, text: str) -> None:
        self.blocks[-1].append(text)
        if self.caption is not None:
            self.caption.append(text)


def read_fragment(html: str) -> Fragment:
    """Returns the text and the pictures of an HTML fragment.

    Each block is a line, and so is each row of a table, whose cells are separated by `|`. Text without any markup keeps
    its paragraphs and the lines that end with a sentence.
    """
    if not _MARKUP.search(html):
        text = replace_references(without_controls(html))
        if not _ESCAPED_MARKUP.search(text):
            return Fragment(_plain(text))
        html = text  # HTML that was escaped twice
    found = _Blocks()
    for token in tokens((html,)):
        if found.silent:
            if isinstance(token, End) and token.name.lower() == found.silent:
                found.silent = ""
        elif isinstance(token, Start):
            found.start(token.name.lower(), token.attributes, closed=token.closed)
        elif isinstance(token, End):
            found.end(token.name.lower())
        else:
            found.text(token.text)
    lines = (_SPACE.sub(" ", replace_references("".join(block))).strip() for block in found.blocks)
    return Fragment("\n".join(line for line in lines if line.strip("| ")), tuple(found.pictures))


def has_markup(html: str) -> bool:
    """Returns whether a text is read as HTML and not as plain text."""
    return _MARKUP.search(html) is not None


def fragment_text(html: str) -> str:
    """Returns all the text of an HTML fragment, one line per block."""
    return read_fragment(html).text


def _plain(text: str) -> str:
    lines: list[str] = []
    goes_on = False
    for line in text.splitlines():
        whole = _SPACE.sub(" ", line).strip()
        if whole and goes_on:
            lines[-1] += " " + whole
        elif whole:
            lines.append(whole)
        goes_on = bool(whole) and not _SENTENCE_END.search(whole)
    return "\n".join(lines)


def _invisible(given: dict[str, str]) -> bool:
    """Returns whether a picture only counts readers: it is at most two pixels wide or high, or hidden."""
    small = any(given.get(side, "").removesuffix("px") in {"0", "1", "2"} for side in ("width", "height"))
    return small or "display:none" in given.get("style", "").replace(" ", "").lower()


def _largest(srcset: str) -> str:
    """Returns the widest address of a `srcset`."""
    best, width, address = "", -1.0, ""
    for word in srcset[:8192].split():
        size = _SIZE.fullmatch(word)
        if not size:
            address = word.rstrip(",")
        if address and (number := float(size[1]) if size else 0.0) > width:
            best, width = address, number
    return best


def clean(text: str) -> str:
    """Returns the text without the control characters that an article must not contain."""
    return without_controls(text)


@dataclass(frozen=True, slots=True)
class WebPage:
    """The article of a web page, with its metadata."""

    headline: str
    body: str
    author: str = ""
    source: str = ""
    url: str | None = None
    language: str | None = None
    published_at: datetime | None = None


def read_page(html: bytes) -> WebPage:
    """Returns the article of a whole HTML page; the body is empty if there is none."""
    found = trafilatura.bare_extraction(html, include_comments=False, with_metadata=True, favor_recall=True)
    if not isinstance(found, Document):
        text = fragment_text(html.decode("utf-8", "replace"))
        return WebPage("", text)
    return WebPage(
        headline=clean(found.title or ""),
        body=clean(found.text or ""),
        author=clean(found.author or ""),
        source=clean(found.sitename or ""),
        url=found.url or None,
        language=found.language or None,
        published_at=datetime.fromisoformat(found.date).replace(tzinfo=UTC) if found.date else None,
    )


def markdown_text(markdown: str) -> str:
    """Returns the text of Markdown, without markup, link targets and code blocks."""
    text = _without_code(clean(markdown))
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _LINE_MARK.sub("", text)
    return _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)).strip()


def _without_code(markdown: str) -> str:
    """Returns Markdown without its fenced code blocks; a block that is never closed is kept."""
    kept: list[str] = []
    fence, begin = "", 0
    for line in markdown.splitlines(keepends=True):
        if fence and line.rstrip() == fence:
            del kept[begin:]
            fence = ""
            continue
        if not fence and line[:3] in {"```", "~~~"}:
            fence, begin = line[:3], len(kept)
        kept.append(line)
    return "".join(kept)
