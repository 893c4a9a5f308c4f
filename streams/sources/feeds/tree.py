"""A feed as a tree, one entry at a time: only the channel's own fields and the present entry are in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from typing import cast

from streams.sources.feeds import names
from streams.sources.markup import has_markup
from streams.sources.tokens import End, Start, Text, Token

LARGEST_ENTRY = 8 * 1024 * 1024
"""Characters of the largest entry; the topic takes no larger article."""

LARGEST_HEAD = 1024 * 1024
DEEPEST = 200
"""Elements deeper than this are left out; their text stays."""

MOST_ELEMENTS = 100_000
MOST_NAMESPACES = 200
"""Namespaces that may be declared around an element; each element that declares one more has a copy of them."""

ENDS_EARLY = "the feed ends in the middle of it"
"""Why the last entry of a feed is cut that was not sent to its end."""

_VOID = frozenset(("br", "hr", "img", "wbr"))
_ROOTS = frozenset(("rss", "rdf", "channel", "feed", "newsmessage", "itemset"))
_WRAPPERS = 3
"""Elements that may stand around a feed."""


DELETED = ("tombstone", "deleted-entry")
"""An entry that its publisher has withdrawn (RFC 6721)."""

NEWSML = "newsml"
_NEWSML_ITEMS = frozenset(("newsitem", "packageitem", "conceptitem", "knowledgeitem", "planningitem", "catalogitem"))


class NotAFeedError(Exception):
    """What was read is no feed. Its text is the name of the outermost element; empty if there is none."""


@dataclass(slots=True)
class Element:
    """An element.

    Attributes:
        space: Short name of its namespace; empty for RSS without one.
        name: Local name in lower case.
        attributes: Its attributes, with names in lower case.
        content: Its texts and elements, in order.
        cut: For an entry: why not all of it is here; empty if it is whole.
    """

    space: str
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: "list[Element | str]" = field(default_factory=list)
    cut: str = ""

    def children(self, *wanted: tuple[str, str]) -> "Iterator[Element]":
        """Yields the child elements with one of these (namespace, name)."""
        for child in self.content:
            if isinstance(child, Element) and (child.space, child.name) in wanted:
                yield child

    def within(self) -> "Iterator[Element]":
        """Yields all elements in it, in the order of the document."""
        waiting = [part for part in reversed(self.content) if isinstance(part, Element)]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(part for part in reversed(one.content) if isinstance(part, Element))

    def text(self) -> str:
        """Returns all text in it, without markup."""
        parts: list[str] = []
        waiting: list[Element | str] = [self]
        while waiting:
            one = waiting.pop()
            if isinstance(one, str):
                parts.append(one)
            else:
                waiting.extend(reversed(one.content))
        return "".join(parts).strip()

    def html(self) -> str:
        """Returns its content as HTML: the text, if there is no element within, is HTML already."""
        if all(isinstance(part, str) for part in self.content):
            return "".join(part for part in self.content if isinstance(part, str))
        html = "".join(_html(part) for part in self.content)
        # Elements of other vocabularies alone would be taken for plain text with angle brackets.
        return html if has_markup(html) else f"<div>{html}</div>"


def _html(part: Element | str) -> str:
    if isinstance(part, str):
        return escape(part, quote=False)
    given = "".join(f' {name}="{escape(value)}"' for name, value in part.attributes.items())
    return f"<{part.name}{given}>{''.join(map(_html, part.content))}</{part.name}>"


class FeedTree:
    """A feed that is being read.

    Args:
        pieces: Its tokens.

    Attributes:
        head: The fields of the channel that were read so far, whatever elements were around them.
        kind: `rss`, `atom` or `newsml`; empty until the outermost element was read.
    """

    def __init__(self, pieces: Iterable[Token]) -> None:
        self.head = Element("", "channel")
        self.kind = ""
        self._tokens = iter(pieces)
        self._open: list[tuple[str, Element]] = []  # name as written, element
        self._declared: list[dict[str, str]] = [{}]
        self._entry: Element | None = None
        self._entry_depth = 0
        self._size = 0
        self._elements = 0
        self._head_size = 0

    def entries(self) -> Iterator[Element]:
        """Yields each entry when it has been read.

        Raises:
            NotAFeedError: This is no feed.
        """
        first = ""
        for token in self._tokens:
            if isinstance(token, Start):
                if not self.kind:
                    first = first or token.name
                    self._root(token, first)
                yield from self._start(token)
            elif isinstance(token, End):
                yield from self._end(token.name)
            elif self.kind or self._open:
                self._text(token)
        if not self.kind:
            raise NotAFeedError(first)
        if self._entry is not None:
            self._entry.cut = self._entry.cut or ENDS_EARLY
            yield self._finished()

    def _root(self, token: Start, first: str) -> None:
        space, local = names.split(token.name, self._with(token.attributes))
        if local in {"rss", "rdf", "channel"}:
            self.kind = "rss"
        elif local == "feed" and space in {"atom", ""}:
            self.kind = "atom"
        elif _is_newsml(space, local, token.attributes):
            self.kind = NEWSML
        elif (local in {"html", "body"} and space in {"", "xhtml"}) or len(self._open) >= _WRAPPERS:
            raise NotAFeedError(first)

    def _with(self, attributes: dict[str, str]) -> dict[str, str]:
        """Returns the namespaces that are declared within an element with these attributes."""
        declared = self._declared[-1]
        new = {name[6:]: value for name, value in attributes.items() if name == "xmlns" or name.startswith("xmlns:")}
        return {**declared, **new} if new and len(declared) + len(new) <= MOST_NAMESPACES else declared

    def _is_entry(self, space: str, local: str) -> bool:
        if (space, local) == DELETED:
            return bool(self.kind)
        if self.kind == NEWSML:
            return local in _NEWSML_ITEMS and space in {"nar", ""}
        wanted = ("entry", {"atom", ""}) if self.kind == "atom" else ("item", {"rss", ""})
        return bool(self.kind) and local == wanted[0] and space in wanted[1]

    def _start(self, token: Start) -> Iterator[Element]:
        declared = self._with(token.attributes)
        space, local = names.split(token.name, declared)
        if space == "" and self.kind == "atom":
            space = "atom"
        elif space == "rss":
            space = ""
        is_entry = self._is_entry(space, local)
        if is_entry and self._entry is not None and not any(e.name in _QUOTING for _, e in self._open):
            yield self._close_to(self._entry_depth)
        element = Element(space, local, token.attributes)
        if not self._put(element, is_entry=is_entry):
            return
        if not token.closed and (local not in _VOID or space not in {"", "xhtml", "atom"}):
            self._open.append((token.name, element))
            self._declared.append(declared)
        elif self._entry is element:
            yield self._finished()

    def _put(self, element: Element, *, is_entry: bool) -> bool:
        """Puts a new element in its place; returns whether its content is wanted."""
        if self._entry is not None:
            self._elements += 1
            if self._elements > MOST_ELEMENTS:
                self._cut(self._entry, f"it has more than {MOST_ELEMENTS} elements")
            if self._entry.cut or len(self._open) >= DEEPEST:
                return False
            self._open[-1][1].content.append(element)
        elif len(self._open) >= DEEPEST:
            return False
        elif is_entry:
            self._entry, self._entry_depth, self._size, self._elements = element, len(self._open), 0, 0
        elif element.name in _ROOTS:
            self.head.attributes = {**element.attributes, **self.head.attributes}
        elif self._head_size < LARGEST_HEAD:
            parent = self._open[-1][1] if self._open else self.head
            (self.head if parent.name in _ROOTS else parent).content.append(element)
            self._head_size += len(element.name) + sum(map(len, element.attributes.values())) + 50
        return True

    def _text(self, token: Text) -> None:
        if self._entry is not None:
            self._size += len(token.text)
            if self._size > LARGEST_ENTRY:
                self._cut(self._entry, f"it has more than {LARGEST_ENTRY} characters")
            if not self._entry.cut:
                self._open[-1][1].content.append(token.text)
        elif self._open and self._head_size < LARGEST_HEAD:
            self._head_size += len(token.text)
            self._open[-1][1].content.append(token.text)

    def _cut(self, entry: Element, reason: str) -> None:
        """Keeps of an entry that is too large what says which one it was; nothing is added to it any more."""
        if not entry.cut:
            entry.cut = reason
            entry.content = [c for c in entry.content if isinstance(c, Element) and c.name in _NAMING]

    def _end(self, name: str) -> Iterator[Element]:
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0].lower() == name.lower():
                break
        else:
            return
        if self._entry is not None and depth <= self._entry_depth:
            yield self._close_to(depth)
        else:
            del self._open[depth:], self._declared[depth + 1 :]

    def _close_to(self, depth: int) -> Element:
        del self._open[depth:], self._declared[depth + 1 :]
        return self._finished()

    def _finished(self) -> Element:
        """Returns the present entry, which there must be, and leaves it."""
        entry, self._entry = self._entry, None
        return cast("Element", entry)


def _is_newsml(space: str, local: str, attributes: dict[str, str]) -> bool:
    """Returns whether an element is one of NewsML-G2's; NewsML 1 has items of the same name, which have no guid."""
    named = space == "nar" or (space == "" and (local == "newsmessage" or "guid" in attributes))
    return named and (local == "newsmessage" or local in _NEWSML_ITEMS)


_QUOTING = frozenset(("content", "contentset"))
"""Elements in which an entry is content and not the next one."""

_NAMING = frozenset(("title", "guid", "id", "link", "itemmeta"))
"""Fields of an entry that is too large that say which one it was, and of NewsML-G2 whether it is withdrawn."""
