"""Splits XML or HTML into tokens, however broken it is, in one pass and with a bounded buffer.

A parser that insists on well-formed input refuses a whole feed for one bare `&`, and one that repairs it afterwards
reads the input several times. Here each rule is local: what is no tag is text, and what is no reference stays as it
stands. Entities of a DOCTYPE are replaced only where they stand for plain text, so that nothing can expand, and no
file or address is ever read.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from html.entities import html5
from typing import NamedTuple

LONGEST_TAG = 64 * 1024
LONGEST_ASIDE = 1024 * 1024
"""Characters after which a comment, instruction or DOCTYPE without an end is taken for text."""

LONGEST_ENTITY = 64
"""Characters of the longest text that a declared entity may stand for."""

_REFERENCE = re.compile(r"&(?:#(?P<ten>[0-9]+)|#[xX](?P<hex>[0-9a-fA-F]+)|(?P<name>[A-Za-z][A-Za-z0-9._-]{0,31}));")
_TAG = re.compile(r"""<(?P<end>/?)(?P<name>[^\W\d][\w.:-]*+)(?P<rest>(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+)>""", re.ASCII)
_STRAY_QUOTES = re.compile(r"""<(?P<end>/?)(?P<name>[^\W\d][\w.:-]*+)(?P<rest>[^<>]*+)>""", re.ASCII)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s=/"'<>]+)(?:\s*=\s*(?:"(?P<two>[^"]*)"|'(?P<one>[^']*)'|(?P<bare>[^\s"'>]+)))?"""
)
_ENTITY = re.compile(r"""<!ENTITY\s+(?P<name>[A-Za-z][\w.-]*)\s+(?:"(?P<two>[^"]*)"|'(?P<one>[^']*)')\s*>""")
_PREDEFINED = frozenset((None, "amp", "lt", "gt", "quot", "apos"))
_MOST_DIGITS = 8
_MAYBE_REFERENCE = 48
"""Characters at the end of a piece in which a reference may have begun."""

_C1 = bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
_WINDOWS = {c.encode("cp1252")[0]: ord(c) for c in _C1}
_CONTROLS: dict[int, int | None] = {
    **{c: None for c in range(0x20) if chr(c) not in "\t\n\r"},
    **{c: _WINDOWS.get(c) for c in range(0x7F, 0xA0)},
    **dict.fromkeys(range(55296, 57344)),
    **dict.fromkeys((0xFEFF, 0xFFFE, 0xFFFF)),
}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


class Text(NamedTuple):
    """Characters, with references replaced."""

    text: str


class Start(NamedTuple):
    """A start tag. Names of attributes are in lower case; the first of several with one name counts."""

    name: str
    attributes: dict[str, str]
    closed: bool


class End(NamedTuple):
    """An end tag."""

    name: str


Token = Text | Start | End


def without_controls(text: str) -> str:
    """Returns the text without characters that an article must not contain.

    The control characters U+0080 to U+009F are read as what they almost always stand for, characters of Windows-1252.
    """
    return text.translate(_CONTROLS) if _CONTROL.search(text) else text


def character(number: int) -> str:
    """Returns the character that a numeric reference stands for; empty if there is none."""
    return without_controls(chr(number)) if 0 < number <= sys.maxunicode else ""


def replace_references(text: str, entities: dict[str, str] | None = None) -> str:
    """Returns the text with its references replaced: numeric ones, those of HTML and those given."""

    def replaced(found: re.Match[str]) -> str:
        ten, sixteen, name = found.groups()
        if name:
            own = (entities or {}).get(name)
            return own if own is not None else html5.get(name + ";", found.group())
        digits = (ten or sixteen).lstrip("0")
        return character(int(digits or "0", 10 if ten else 16)) if len(digits) <= _MOST_DIGITS else ""

    return _REFERENCE.sub(replaced, text) if "&" in text else text


def tokens(pieces: Iterable[str]) -> Iterator[Token]:
    """Yields the tokens of markup that comes in pieces. Comments, instructions and the DOCTYPE are left out."""
    return _Tokenizer(iter(pieces)).run()


class _Tokenizer:
    def __init__(self, pieces: Iterator[str]) -> None:
        self.pieces = pieces
        self.buffer = ""
        self.at = 0
        self.cut = 0  # characters that have left the buffer
        self.ended = False
        self.absent: dict[str, int] = {}  # mark -> place in the input before which it is known not to occur
        self.entities: dict[str, str] = {}

    def more(self) -> bool:
        """Reads the next piece; returns False at the end."""
        piece = next(self.pieces, None)
        if piece is None:
            self.ended = True
            return False
        self.cut += self.at
        self.buffer, self.at = self.buffer[self.at :] + piece, 0
        return True

    def find(self, mark: str, limit: int) -> int:
        """Returns the place of a mark within the next `limit` characters, or -1. Reads only what it must."""
        searched = max(self.at, self.absent.get(mark, 0) - self.cut)
        while True:
            if searched < self.at + limit:
                found = self.buffer.find(mark, searched, self.at + limit)
                if found >= 0:
                    return found
                searched = max(searched, min(len(self.buffer), self.at + limit) - len(mark) + 1)
                self.absent[mark] = self.cut + searched
            if len(self.buffer) - self.at >= limit:
                return -1
            before = self.at
            if not self.more():
                return -1
            searched -= before

    def run(self) -> Iterator[Token]:
        while True:
            opened = self.buffer.find("<", self.at)
            if opened < 0:
                yield from self.text(self._safe_end())
                if not self.more():
                    yield from self.text(len(self.buffer))
                    return
                continue
            yield from self.text(opened)
            yield from self.markup()

    def _safe_end(self) -> int:
        """Returns the place up to which the buffer holds no reference that may go on in the next piece."""
        found = self.buffer.rfind("&", max(self.at, len(self.buffer) - _MAYBE_REFERENCE))
        return len(self.buffer) if found < 0 else found

    def text(self, end: int) -> Iterator[Token]:
        if end > self.at:
            yield Text(without_controls(replace_references(self.buffer[self.at : end], self.entities)))
            self.at = end

    def markup(self) -> Iterator[Token]:
        """Reads what begins with the `<` at the present place."""
        while len(self.buffer) - self.at < len("<![CDATA[") and self.more():
            pass
        if self.buffer[self.at + 1 : self.at + 2] not in {"!", "?"}:
            yield from self.tag()
            return
        if self.buffer.startswith("<![CDATA[", self.at):
            yield from self.cdata()
        elif self.buffer.startswith("<!--", self.at):
            self.aside("-->", "<!--")
        elif self.buffer.startswith("<?", self.at):
            self.aside(">", "<?")
        elif self.buffer[self.at : self.at + 9].upper() == "<!DOCTYPE":
            self.doctype()
        else:
            self.aside(">", "<!")

    def cdata(self) -> Iterator[Token]:
        self.at += len("<![CDATA[")
        while True:
            end = self.buffer.find("]]>", self.at)
            if end >= 0:
                yield Text(without_controls(self.buffer[self.at : end]))
                self.at = end + 3
                return
            keep = max(self.at, len(self.buffer) - 2)
            if keep > self.at:
                yield Text(without_controls(self.buffer[self.at : keep]))
                self.at = keep
            if not self.more():
                return

    def aside(self, mark: str, begin: str) -> None:
        """Skips to a mark; without one, only the beginning is skipped, so that what follows is not lost."""
        end = self.find(mark, LONGEST_ASIDE)
        self.at = end + len(mark) if end >= 0 else self.at + len(begin)

    def doctype(self) -> None:
        end = self.find(">", LONGEST_ASIDE)
        if end >= 0 and self.buffer.find("[", self.at, end) >= 0 and (closing := self.find("]", LONGEST_ASIDE)) >= 0:
            self.declare(self.buffer[self.at : closing])
            self.at = closing
            end = self.find(">", LONGEST_ASIDE)
        self.at = end + 1 if end >= 0 else self.at + 1

    def declare(self, subset: str) -> None:
        for found in _ENTITY.finditer(subset):
            raw = found["two"] if found["two"] is not None else found["one"]
            others = {name["name"] for name in _REFERENCE.finditer(raw)} - _PREDEFINED
            value = replace_references(raw)
            # One that refers to others could grow without end, and one with markup could hide tags.
            if len(value) <= LONGEST_ENTITY and not others and not set("<%") & set(value):
                self.entities.setdefault(found["name"], value)

    def tag(self) -> Iterator[Token]:
        while True:
            found = _TAG.match(self.buffer, self.at)
            if found:
                break
            waiting = len(self.buffer) - self.at < LONGEST_TAG and self.buffer.find("<", self.at + 1) < 0
            if not waiting or not self.more():
                found = _STRAY_QUOTES.match(self.buffer, self.at)
                break
        if not found:
            yield Text("<")
            self.at += 1
            return
        self.at = found.end()
        if found["end"]:
            yield End(found["name"])
        else:
            rest = found["rest"]
            yield Start(found["name"], self.attributes(rest), rest.endswith("/"))

    def attributes(self, rest: str) -> dict[str, str]:
        given: dict[str, str] = {}
        for found in _ATTRIBUTE.finditer(rest):
            name, *values = found.groups()
            value = next((v for v in values if v is not None), "")
            given.setdefault(name.lower(), without_controls(replace_references(value, self.entities)).strip())
        return given
