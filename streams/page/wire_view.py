"""The wire: happenings, facts and claims as they arrive, the newest first."""

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request
from nicegui import ui
from nicegui.element import Element

from streams.page.desk import Desk
from streams.page.elements import Text, article_link, badge, box, link, named, none, outward, path, when
from streams.page.frame import titled, view
from streams.page.wire import Item, Wire

EVERY = 1.0
"""Seconds between two looks at what has arrived."""

ROWS = 60
"""Items that are shown, the newest."""

KINDS = {"": "Everything", "happening": "Happenings", "fact": "Facts", "claim": "Plans, denials"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What a visitor wants to see.

    Attributes:
        kind: Only items of this kind; empty for all.
        words: Only items with all of these words, in any case.
    """

    kind: str = ""
    words: str = ""

    def wants(self, item: Item) -> bool:
        """Returns whether an item passes."""
        names = " ".join(one.name for _, one in item.objects)
        text = f"{item.subject.name} {item.relation} {names} {item.sentence} {item.source}".lower()
        return self.kind in {"", item.kind} and all(word in text for word in self.words.lower().split())


@dataclass
class Rows:
    """The rows that a visitor sees."""

    wire: Wire
    place: Element
    status: Text
    wanted: Filter = Filter()
    paused: bool = False
    _shown: dict[str, tuple[datetime, Element]] = field(default_factory=dict)
    _times: list[tuple[datetime, str]] = field(default_factory=list)
    _seen: int = 0

    def look(self) -> None:
        """Shows what has arrived since the last look."""
        if self.paused:
            waiting = sum(map(self.wanted.wants, self.wire.since(self._seen)))
            self.status.set_text(f"Paused; {waiting} wait." if waiting else "Paused.")
            return
        arrived = [item for item in self.wire.since(self._seen) if self.wanted.wants(item)]
        self._seen = self.wire.changes
        for item in arrived[-ROWS:]:
            self._show(item)
        while len(self._times) > ROWS:
            self._drop(self._times[0][1])
        self.status.set_text(self.wire.problem or ("" if self._shown else "Nothing has arrived yet that fits."))

    def again(self, wanted: Filter) -> None:
        """Shows what fits another filter."""
        self.wanted, self._seen = wanted, 0
        self._shown.clear()
        self._times.clear()
        self.place.clear()
        paused, self.paused = self.paused, False
        self.look()
        self.paused = paused

    def _show(self, item: Item) -> None:
        if item.key in self._shown:
            self._drop(item.key)
        with self.place:
            row = box("li", f"tw-row tw-{item.kind}")
        with row:
            _item(item)
        insort(self._times, (item.at, item.key))
        self._shown[item.key] = item.at, row
        later = len(self._times) - 1 - bisect_left(self._times, (item.at, item.key))
        row.move(self.place, target_index=later)

    def _drop(self, key: str) -> None:
        at, row = self._shown.pop(key)
        self._times.remove((at, key))
        row.delete()


def _item(item: Item) -> None:
    with box("div", "tw-row-head"):
        badge(item.relation.replace("_", " ") if item.kind == "happening" else item.kind, item.kind)
        if item.standing:
            badge(item.standing, "doubt")
        when(item.at)
        Text("span", item.source, "tw-source")
    with box("p", "tw-statement"):
        if item.kind == "happening":
            link(item.subject.name, path("happening", item.subject.id or ""), "tw-strong")
        else:
            link(item.subject.name, path("entity", item.subject.id or ""), "tw-strong")
            Text("span", item.relation, "tw-relation")
        for role, other in item.objects:
            if role:
                Text("span", role, "tw-role")
            if other.id:
                link(other.name, path("entity", other.id))
            else:
                Text("span", other.name)
    with box("p", "tw-sentence"):
        Text("q", item.sentence)
        link("evidence", path("evidence", item.fact), label=f"evidence of {item.subject.name}, {item.relation}")
        if outward(item.url):
            article_link("article", item.url, item.sentence)


async def show(desk: Desk, _: Request) -> None:
    """Shows the view."""
    titled("Wire")
    if not desk.may("stream"):
        none("Your token does not allow this: it needs the scope `stream`.")
        return
    wire = desk.shared.wire
    with box("form", "tw-filters", aria_label="Filters"):
        kind = ui.select(KINDS, value="", label="Show").props("dense outlined options-dense")
        words = ui.input(label="With the words").props("dense outlined clearable debounce=300")
        pause = ui.button("Pause", icon="pause").props("outline dense type=button").classes("tw-button")
        named(pause, aria_pressed="false")
    status = named(Text("p", "", "tw-note"), role="status")
    rows = Rows(wire, box("ul", "tw-rows", aria_label="The newest, first"), status)

    def filtered() -> None:
        rows.again(Filter(kind.value or "", (words.value or "").strip()))

    def paused() -> None:
        rows.paused = not rows.paused
        named(pause, aria_pressed="true" if rows.paused else "false")
        pause.set_text("Go on" if rows.paused else "Pause")
        pause.set_icon("play_arrow" if rows.paused else "pause")
        rows.look()

    def look() -> None:
        if not desk.may("stream"):
            ui.navigate.reload()
            return
        rows.look()

    kind.on_value_change(filtered)
    words.on_value_change(filtered)
    pause.on_click(paused)
    wire.join()
    ui.context.client.on_delete(wire.leave)
    rows.look()
    ui.timer(EVERY, look, immediate=False)


def register(patience: float) -> None:
    """Adds the view."""
    view("/", "Wire", patience)(show)
