"""What all views share: the header with search and navigation, and how a view says what it could not find out."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from fastapi import Request
from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement
from nicegui.events import ValueChangeEventArguments

from streams.api.graph import LONGEST
from streams.desk.search import search
from streams.page.admission.gate import ASSETS, LOGOUT
from streams.page.desk import READING_ERRORS, Desk, desk_of, problem_of
from streams.page.elements import Text, badge, box, counted, link, named, path

VIEWS = (("Wire", "/"), ("Happenings", "/happenings"), ("Health", "/status"))

HITS = 8
"""Results of a search that the header shows."""

View = Callable[[Desk, Request], Awaitable[None]]


def view(address: str, title: str, patience: float) -> Callable[[View], View]:
    """Returns a decorator that makes a view of a function, which asks and shows.

    Args:
        address: Its path, as FastAPI's.
        title: What the tab is called; a view may say more with `titled`.
        patience: Seconds that it may take; more than its questions may.
    """

    def of(show: View) -> View:
        @ui.page(address, title=f"{title} · Triplewire", response_timeout=patience, dark=None, language="en-US")
        async def page(request: Request) -> None:
            desk = desk_of(request)
            with frame(desk, request.url.path):
                try:
                    await show(desk, request)
                except READING_ERRORS as error:
                    failed(error)

        return show

    return of


@contextmanager
def frame(desk: Desk, at: str) -> Iterator[None]:
    """Opens the main part of a view, below the header.

    Args:
        desk: The visitor's.
        at: The path of the view, to mark it in the navigation.
    """
    ui.add_head_html(f'<link rel="stylesheet" href="{ASSETS}/page.css">')
    ui.add_head_html(f'<script src="{ASSETS}/page.js" defer></script>')
    ui.dark_mode(value=desk.dark)
    header = ui.header(elevated=False).classes("tw-header")
    with header:
        link("Triplewire", "/", "tw-brand", label="Triplewire, to the wire")
        SearchBox(desk)
        with box("nav", "tw-nav", aria_label="Views"):
            for name, target in VIEWS:
                current = link(name, target)
                if target == at:
                    named(current, aria_current="page")
        _theme_button()
        if desk.token is not None:
            _logout(desk)
    with box("div", "tw-main", id="main") as main:
        yield
    ui.skip_link("Skip to the content", target=main)


def titled(text: str, kind: str = "") -> TextElement:
    """Shows the heading of a view, and calls the tab so."""
    ui.page_title(f"{text} · Triplewire")
    with box("div", "tw-title"):
        heading = Text("h1", text)
        if kind:
            badge(kind)
    return heading


def failed(error: Exception) -> None:
    """Shows a question that could not be answered, and what could be asked instead."""
    problem = problem_of(error)
    ui.context.client.status_code = problem.status
    with named(box("section", "tw-problem"), role="alert"):
        Text("h1", problem.title)
        if problem.kind in {"unknown-entity", "ambiguous-entity"}:
            near = problem.more.get("near", [])
            Text("p", "Did you mean one of these?" if near else "Search for another name above.")
            with box("ul"):
                for one in near:
                    with box("li"):
                        link(one["name"], path("entity", one["id"]))
                        badge(one["type"])
        else:
            Text("p", str(problem))


def _theme_button() -> None:
    # What the system prefers is only known in the browser, so the script there decides and keeps the choice.
    button = ui.button(icon="contrast").props("flat round dense").classes("tw-icon-button")
    named(button, aria_label="Dark or light", id="theme")
    button.on("click", js_handler="() => window.triplewire.theme()")


def _logout(desk: Desk) -> None:
    with box("form", "tw-logout", method="post", action=LOGOUT):
        box("input", type="hidden", name="form", value=desk.csrf)
        named(Text("button", "Log out"), type="submit")


class SearchBox:
    """The search of the header, with results as one types. Enter leads to all results."""

    def __init__(self, desk: Desk) -> None:
        """Shows it."""
        self._desk = desk
        self._asked = 0
        with box("form", "tw-search", role="search", action="/search", method="get"):
            field = ui.input(placeholder="Search names  ( / )", on_change=self._typed)
            field.props("dense outlined clearable name=q debounce=250 autocomplete=off")
            named(field, aria_label="Search names", aria_controls="search-results", maxlength=str(LONGEST))
            self._status = named(Text("p", "", "tw-hidden"), role="status")
            self._results = box("ul", "tw-results", id="search-results", aria_label="Results")

    async def _typed(self, event: ValueChangeEventArguments[str | None]) -> None:
        self._asked += 1
        asked, words = self._asked, str(event.value or "").strip()[:LONGEST]
        hits, said = [], ""
        if words:
            try:
                graph = self._desk.graph()
                hits = await search(graph.driver, words, graph.database, limit=HITS)
                said = f"{len(hits)} results" if hits else "No name has these words."
            except READING_ERRORS as error:
                said = problem_of(error).title
        if asked != self._asked:
            return  # an answer to what was typed later is on its way
        self._status.set_text(said)
        self._results.clear()
        with self._results:
            for hit in hits:
                with box("li"):
                    _hit(hit.name, hit.id, hit.type, [name for name in hit.matched if name != hit.name])
            if words and not hits:
                Text("li", said, "tw-none")


def _hit(name: str, id_: str, type_: str, others: list[str]) -> Element:
    made = link(name, path("entity", id_))
    badge(type_)
    if others:
        Text("span", f"also {', '.join(others)}", "tw-also")
    return made


async def results(desk: Desk, request: Request) -> None:
    """Shows all results of a search."""
    words = request.query_params.get("q", "").strip()[:LONGEST]
    titled(f"Names with “{words}”" if words else "Search")
    graph = desk.graph()
    hits = await search(graph.driver, words, graph.database, limit=50) if words else []
    if not hits:
        Text("p", "No name has these words." if words else "Type words of a name above.", "tw-none")
    with box("ul", "tw-list"):
        for hit in hits:
            with box("li"):
                _hit(hit.name, hit.id, hit.type, [name for name in hit.matched if name != hit.name])
                Text("span", f"in {counted(hit.mentions, 'article')}", "tw-note")


def register(patience: float) -> None:
    """Adds the view of search results."""
    view("/search", "Search", patience)(results)
