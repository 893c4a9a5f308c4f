"""Converts HTML and Markdown to plain text.

A whole page goes through trafilatura, which finds the article among menus and advertisements. A fragment from a feed
contains nothing but the article, and trafilatura would lose sentences of it, so all of its text is kept.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

import trafilatura
from trafilatura.settings import Document

_BLOCKS = frozenset(
    "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main "  # noqa: SIM905
    "ol p pre section table td th tr ul".split()
)
_SILENT = frozenset(("script", "style", "template", "noscript"))
_SPACE = re.compile(r"\s+")

_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_LINE_MARK = re.compile(r"^[ \t]{0,3}(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+)", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1")


class _BlockParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[list[str]] = [[]]
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.silent += tag in _SILENT
        if tag in _BLOCKS:
            self.blocks.append([])

    def handle_endtag(self, tag: str) -> None:
        self.silent = max(0, self.silent - (tag in _SILENT))
        if tag in _BLOCKS:
            self.blocks.append([])

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.blocks[-1].append(data)


def fragment_text(html: str) -> str:
    """Returns all the text of an HTML fragment, one line per block; plain text is returned unchanged."""
    parser = _BlockParser()
    parser.feed(clean(html))
    parser.close()
    lines = (_SPACE.sub(" ", "".join(block)).strip() for block in parser.blocks)
    return "\n".join(line for line in lines if line)


def clean(text: str) -> str:
    """Returns the text without the control characters that an article must not contain."""
    return "".join(c for c in text if c >= " " or c in "\n\t\r")


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
    text = _FENCE.sub("", clean(markdown))
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _LINE_MARK.sub("", text)
    return _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text)).strip()
