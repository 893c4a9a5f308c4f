"""The views of happenings: which there were, and one with who, whom, where, when, its numbers and its articles."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from fastapi import Request
from nicegui import ui

from streams.api.graph import LONGEST, entity_of, place_of
from streams.api.happenings import DAY
from streams.api.problems import ProblemError
from streams.desk.details.parts import Part, parts
from streams.desk.happening_views import FILLERS, HappeningView
from streams.desk.happenings import happenings, is_happening
from streams.desk.timeline import in_words
from streams.page.charts import Spot, numbers, world
from streams.page.desk import Desk
from streams.page.elements import (
    Text,
    article_link,
    badge,
    box,
    counted,
    definition,
    link,
    named,
    none,
    path,
    quoted,
    section,
    when,
)
from streams.page.frame import titled, view

AT_ONCE = 30
"""Happenings in the list."""

REPORTS = 40
"""Reports of one happening that are shown."""

_DAY = re.compile(DAY)
_ORDERS = {"reported": "Most reported first", "latest": "Newest first"}
_SAID = {"who": "Who", "whom": "Whom", "what": "What", "with": "With", "where": "Where"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which happenings an address asks for; empty strings for no filter."""

    entity: str
    place: str
    class_: str
    since: str
    until: str
    latest: bool

    @classmethod
    def of(cls, request: Request) -> Self:
        """Returns what a request asks for."""

        def one(name: str) -> str:
            return request.query_params.get(name, "").strip()[:LONGEST]

        latest = one("order") == "latest"
        return cls(one("entity"), one("place"), one("class"), one("since"), one("until"), latest)


async def list_(desk: Desk, request: Request) -> None:
    """Shows which happenings there were."""
    titled("Happenings")
    asked = Asked.of(request)
    _filters(asked, desk.shared.classes)
    for day in filter(None, (asked.since, asked.until)):
        if not _DAY.fullmatch(day):
            raise ProblemError(422, "invalid-request", "No such day", f"{day[:40]!r} is no day; write 2026-05-03.")
    graph = desk.graph()
    found = await happenings(
        graph.driver,
        graph.database,
        entity=(await entity_of(graph, asked.entity)).id if asked.entity else None,
        place=await place_of(graph, asked.place or None),
        class_=asked.class_ or None,
        since=asked.since or None,
        until=asked.until or None,
        latest=asked.latest,
        limit=AT_ONCE,
    )
    if not found:
        none("Nothing that fits is known to have happened.")
    with box("ol", "tw-happenings"):
        for one in found:
            with box("li"):
                row(one)


def _filters(asked: Asked, classes: Mapping[str, str]) -> None:
    with named(box("form", "tw-filters", method="get"), role="search", aria_label="Which happenings"):
        for name, label, value, kind in (
            ("place", "In the country or place", asked.place, "text"),
            ("entity", "With", asked.entity, "text"),
            ("since", "Since", asked.since, "date"),
            ("until", "Until", asked.until, "date"),
        ):
            field = ui.input(label=label, value=value).props(f"dense outlined stack-label name={name} type={kind}")
            named(field, maxlength=str(LONGEST))
        _choice("class", "Kind", {"": "All"} | dict(classes), asked.class_)
        _choice("order", "Order", _ORDERS, "latest" if asked.latest else "reported")
        ui.button("Show").props("outline dense type=submit").classes("tw-button")
        yesterday = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
        link("Yesterday", f"/happenings?since={yesterday}&until={yesterday}", "tw-button-link")


def _choice(name: str, label: str, choices: Mapping[str, str], chosen: str) -> None:
    with box("label", "tw-choice"):
        Text("span", label)
        with box("select", name=name):
            for value, said in choices.items():
                option = named(Text("option", said), value=value)
                if value == chosen:
                    option.props["selected"] = True


def row(one: HappeningView) -> None:
    """Shows a happening in a list."""
    with box("div", "tw-row-head"):
        badge(one.class_.replace("_", " "), "happening")
        if one.standing:
            badge(one.standing, "doubt")
        Text("time", one.day, "tw-time")
        Text("span", _reported(one), "tw-source")
    with box("p", "tw-statement"):
        link(in_words(one), path("happening", one.id), "tw-strong")
    with box("p", "tw-sentence"):
        Text("q", one.reports[0].sentence)


def _reported(one: HappeningView) -> str:
    articles = counted(one.articles, "article")
    if one.voices < one.articles:
        articles += f" with {counted(one.voices, 'voice')}"
    return f"{articles}, {counted(len(one.sources), 'source')}" if one.sources else articles


async def show(desk: Desk, request: Request) -> None:
    """Shows one happening."""
    id_ = request.path_params["happening"][:LONGEST]
    graph = desk.graph()
    # An entity's id would lead to something in which it takes part.
    known = await is_happening(graph.driver, graph.database, id_)
    found = await happenings(graph.driver, graph.database, entity=id_, limit=1) if known else []
    if not found:
        raise ProblemError(404, "unknown-happening", "No such happening", f"No happening has the id {id_!r}.")
    one = found[0]
    titled(in_words(one), one.class_.replace("_", " "))
    taking = [
        part for part in await parts(graph.driver, [one.id], graph.database)
        if not part.claimed or one.modality != "asserted"
    ]  # fmt: skip
    definition({
        "When": one.day + ("" if one.dated else " (day of the first report)"),
        "Standing": one.standing,
        "Called": ", ".join(one.called[:6]),
        "Reported by": _reported(one),
    })  # fmt: skip
    if one.story:
        with box("p"):
            Text("span", "Part of the story ")
            link(one.story[1] or "without a title", path("story", one.story[0]), "tw-strong")
    with box("div", "tw-columns"):
        with box("div", "tw-column"):
            _parts(one, taking)
            _numbers(one)
        with box("div", "tw-column"):
            _map(taking)
            _reports(one)


def _parts(one: HappeningView, taking: list[Part]) -> None:
    with section("Who, whom, where"):
        if not any(one.fillers.get(role) for role in FILLERS):
            none("The reports do not say.")
        with box("dl", "tw-terms"):
            for role in FILLERS:
                named_ = {part.name: part.id for part in taking if part.role == role}
                if names := one.fillers.get(role):
                    Text("dt", _SAID[role])
                    with box("dd"), box("ul", "tw-inline"):
                        for name in names:
                            with box("li"):
                                if name in named_:
                                    link(name, path("entity", named_[name]))
                                else:
                                    Text("span", name)


def _numbers(one: HappeningView) -> None:
    if one.numbers:
        with section("Numbers over time"):
            for role, figures in one.numbers.items():
                numbers(role, figures)


def spots(taking: list[Part]) -> list[Spot]:
    """Returns the places among what takes part, each once: where it happened, or else who and what is a place."""
    placed = [part for part in taking if part.latitude is not None and part.longitude is not None]
    where = [part for part in placed if part.role == "where"] or placed
    return list(
        {part.id: Spot(part.name, float(part.latitude or 0), float(part.longitude or 0)) for part in where}.values()
    )


def _map(taking: list[Part]) -> None:
    found = spots(taking)
    if found:
        with section("Map"):
            world(found)


def _reports(one: HappeningView) -> None:
    with section("Articles", note="The best sentence first, then by time; copies of a sentence once."):
        with box("ol", "tw-reports"):
            for report in one.reports[:REPORTS]:
                with box("li"):
                    with box("div", "tw-row-head"):
                        article_link(report.headline or report.article, report.url, report.sentence)
                        Text("span", report.source, "tw-source")
                        when(report.seen_at)
                        if report.modality != "asserted":
                            said = f"{report.modality}, says {report.speaker}" if report.speaker else report.modality
                            badge(said, "doubt")
                    quoted([(report.sentence, False)])
        if len(one.reports) > REPORTS:
            Text("p", f"{REPORTS} of {len(one.reports)} sentences.", "tw-note")


def register(patience: float) -> None:
    """Adds the views."""
    view("/happenings", "Happenings", patience)(list_)
    view("/happening/{happening}", "Happening", patience)(show)
