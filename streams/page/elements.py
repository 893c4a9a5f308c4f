"""What the views are built of: text that is always escaped, links that lead where they may, and times in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

E = TypeVar("E", bound=Element)

Part = tuple[str, bool]
"""A part of a sentence, and whether it is to be marked."""


class Text(TextElement):
    """An HTML element with a text, which the browser gets as text and never as HTML."""

    def __init__(self, tag: str, text: object, classes: str = "") -> None:
        """Adds it to the element that is open.

        Args:
            tag: HTML's name of the element.
            text: Its text.
            classes: CSS classes.
        """
        super().__init__(tag=tag, text=str(text))
        self.classes(classes)


def box(tag: str = "div", classes: str = "", **attributes: str) -> Element:
    """Returns a new HTML element for others; see `named` for the attributes."""
    return named(ui.element(tag).classes(classes), **attributes)


def named(element: E, **attributes: str) -> E:
    """Sets attributes of an element and returns it: `aria_label="Search"` sets `aria-label`.

    Values are set as they are. NiceGUI's `props` would parse them, so that a name from the news could set others.
    """
    for name, value in attributes.items():
        element.props[name.strip("_").replace("_", "-")] = value
    return element


def section(title: str, classes: str = "", note: str = "") -> Element:
    """Returns a part of a view with a heading, as a landmark of that name."""
    part = box("section", f"tw-section {classes}", aria_label=title)
    with part:
        Text("h2", title)
        if note:
            Text("p", note, "tw-note")
    return part


def none(text: str) -> None:
    """Says that a list is empty."""
    Text("p", text, "tw-none")


def badge(text: str, kind: str = "") -> None:
    """Shows a word on something: what kind it is, or how it stands."""
    Text("span", text, f"tw-badge tw-{kind}" if kind else "tw-badge")


def path(view: str, what: str, **asked: str | None) -> str:
    """Returns the address of a view of something on this page: `/entity/e-1?at=2025-05-04`."""
    given = {name: value for name, value in asked.items() if value}
    return f"/{view}/{quote(what, safe='')}" + (f"?{urlencode(given)}" if given else "")


def link(text: str, target: str, classes: str = "", label: str = "") -> Element:
    """Adds a link to another view of this page."""
    made = ui.link(text, target).classes(classes)
    return named(made, aria_label=label) if label else made


def outward(url: str | None, sentence: str | None = None) -> str | None:
    """Returns the address of an article if a browser may be sent there; None for any but http and https.

    Args:
        url: The address, as its publisher gave it.
        sentence: A sentence of it, at which browsers that know text fragments open it.
    """
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
        return None
    if sentence and not parts.fragment:
        parts = parts._replace(fragment=f":~:text={quote(sentence, safe='')}")
    return parts.geturl()


def article_link(text: str, url: str | None, sentence: str | None = None) -> None:
    """Adds a link to an article at its publisher, in another tab; only the text if there is no address."""
    target = outward(url, sentence)
    if target is None:
        Text("span", text)
        return
    made = ui.link(text, target, new_tab=True)
    named(made, rel="noopener noreferrer external", aria_label=f"{text} (opens the publisher's site in a new tab)")


def counted(number: int, noun: str) -> str:
    """Returns how many there are of something, in words: `1 article`, `2 articles`."""
    return f"{number} {noun}{'s' * (number != 1)}"


def day(time: datetime | None) -> str:
    """Returns the day of a time: `2026-05-04`; empty if there is none."""
    return f"{time:%Y-%m-%d}" if time else ""


def when(time: datetime | None) -> None:
    """Shows a time to the minute, in UTC."""
    if time is not None:
        named(Text("time", f"{time:%Y-%m-%d %H:%M}", "tw-time"), datetime=time.isoformat())


def quoted(parts: Sequence[Part], classes: str = "") -> None:
    """Shows a sentence as a quotation, with some of its words marked."""
    with box("blockquote", f"tw-quote {classes}"):
        for words, marked in parts:
            Text("mark" if marked else "span", words)


def marked(sentence: str, start: int, spans: Sequence[Sequence[int] | None]) -> Iterator[Part]:
    """Yields the parts of a sentence.

    Args:
        sentence: The sentence.
        start: The offset of its first character in its text.
        spans: What to mark: offsets into that text, each a first character and one past the last. Those that lie
            outside the sentence are left out.
    """
    inside = sorted((span[0] - start, span[1] - start) for span in spans if span and span[1] > span[0])
    done = 0
    for first, end in inside:
        if first < done or end > len(sentence):
            continue
        if first > done:
            yield sentence[done:first], False
        yield sentence[first:end], True
        done = end
    if done < len(sentence):
        yield sentence[done:], False


def definition(terms: dict[str, Any]) -> None:
    """Shows terms and what they are, those without a value left out."""
    with box("dl", "tw-terms"):
        for term, what in terms.items():
            if what:
                Text("dt", term)
                Text("dd", what)
