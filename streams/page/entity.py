"""The view of an entity: what holds, held, is planned or denied, its time, its neighbours, its names."""

from datetime import UTC, datetime, timedelta

from fastapi import Request
from nicegui import ui

from streams.api.graph import LONGEST, Graph, entity_of
from streams.api.problems import ProblemError
from streams.desk import learned, views
from streams.desk.claims import ClaimView, claims
from streams.desk.details.aliases import AliasView, aliases
from streams.desk.timeline import timeline
from streams.page import facts, moments
from streams.page.desk import Desk
from streams.page.elements import Text, badge, box, counted, definition, link, none, path, section
from streams.page.frame import titled, view
from streams.page.neighbours import Neighbours

MOST_FACTS = 100
MOST_CLAIMS = 50
A_YEAR = timedelta(days=365)

RULES = {
    "surname": "the end of the full name",
    "spelling": "the same name in another spelling",
    "type": "the same name; articles differ on what kind of thing it is",
    "wikidata": "the same Wikidata item",
    "nickname": "a nickname or short form of the first name",
    "initials": "the initials of the name",
    "place": "the name without the region",
    "plural": "the singular of the name",
    "known": "a short form that is known beforehand",
    "learnt": "articles use it for the full name, which they give too",
    "role": "the same name with what articles say the person is",
    "namesake": "several people have this name; this is the best known",
}
"""What the registry's rules mean, by the reason in an Alias message."""


def time_asked(request: Request) -> datetime | None:
    """Returns the time that an address asks about: a day or a time of a day; None for now.

    Raises:
        ProblemError: It is no such thing.
    """
    asked = request.query_params.get("at", "").strip()
    if not asked:
        return None
    try:
        time = datetime.fromisoformat(asked)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ProblemError(
            422, "invalid-request", "No such day", f"{asked[:40]!r} is no day; write it as 2025-05-04."
        ) from None


async def show(desk: Desk, request: Request) -> None:
    """Shows the view."""
    asked = request.path_params["entity"][:LONGEST]
    at = time_asked(request)
    graph = desk.graph()
    known = await entity_of(graph, asked)
    titled(known.name, known.type)
    _identity(known)
    _time_form(at)
    found = await views.facts(
        graph.driver, known.id, graph.database, at=at, withdrawn=False, sentences=1, limit=MOST_FACTS
    )
    claimed = await claims(graph.driver, known.id, graph.database, at=at, sentences=1, limit=MOST_CLAIMS)
    names = await aliases(graph.driver, known.id, graph.database)
    own = {known.id, *(one.id for one in names)}
    with box("div", "tw-columns"):
        with box("div", "tw-column"):
            facts.show(found, own, at)
            _claims(claimed, at)
        with box("div", "tw-column"):
            facts.pictures(found)
            await _neighbours(desk, known)
            await _timeline(graph, known.id)
            _names(known, names)
            await _suggestions(graph, known.id)


def _identity(known: views.EntityView) -> None:
    also = ", ".join(known.names[:8]) + (f" and {len(known.names) - 8} more" if len(known.names) > 8 else "")  # noqa: PLR2004
    definition({"Also called": also, "Wikidata": known.wikidata, "Id": known.id})


def _time_form(at: datetime | None) -> None:
    """Shows which time is asked about, and lets another be asked about."""
    with box("form", "tw-filters", method="get", aria_label="As of a day"):
        shown = f"{at:%Y-%m-%d}" if at else ""
        ui.input(label="As of", value=shown).props("dense outlined type=date name=at stack-label")
        ui.button("Show").props("outline dense type=submit").classes("tw-button")
        link("A year ago", f"?at={datetime.now(UTC) - A_YEAR:%Y-%m-%d}", "tw-button-link")
        if at:
            link("Today", "?", "tw-button-link")
    if at:
        Text("p", f"What held on {shown}, by what is known today.", "tw-note tw-asof")


def _claims(found: list[ClaimView], at: datetime | None) -> None:
    title = "Planned, possible or denied" + (f" by {at:%Y-%m-%d}" if at else "")
    with section(title, note="What somebody says, apart from the facts."):
        if not found:
            none("Nobody plans, supposes or denies anything about it.")
        with box("ul", "tw-facts"):
            for one in found:
                with box("li"):
                    with box("p", "tw-statement"):
                        badge(one.standing, "doubt")
                        Text("span", one.subject, "tw-strong")
                        Text("span", one.relation, "tw-relation")
                        Text("span", one.object, "tw-strong")
                    facts.proof(one.id, one.evidence, one.count, f"{one.subject}, {one.relation}, {one.object}")


async def _neighbours(desk: Desk, known: views.EntityView) -> None:
    with section("Neighbours", note="Choose one to see what it is linked with. The list below says the same."):
        await Neighbours(desk, known.id, known.name, known.type).begin()


async def _timeline(graph: Graph, entity: str) -> None:
    with section("Timeline"):
        moments.show(await timeline(graph.driver, entity, graph.database))


def _names(known: views.EntityView, found: list[AliasView]) -> None:
    with section("Names", note=f"Names that are counted to {known.name}, and why."):
        if not found:
            none("It has no other name.")
        with box("ul", "tw-list"):
            for one in found:
                with box("li"):
                    Text("span", one.name, "tw-strong")
                    if one.type != known.type:
                        badge(one.type)
                    Text("span", RULES.get(one.reason, one.reason.replace("_", " ")), "tw-also")
                    if not one.certain:
                        badge("may also be another", "doubt")
                    Text("span", f"in {counted(one.mentions, 'article')}", "tw-note")


async def _suggestions(graph: Graph, entity: str) -> None:
    with section("Suggestions", note="Links that nobody had reported and that are likely, with the reasons."):
        found = await learned.suggested(graph.driver, entity, graph.database)
        if not found:
            none("None.")
        with box("ul", "tw-facts"):
            for one in found[:20]:
                with box("li"):
                    with box("p", "tw-statement"):
                        badge(f"{one.confidence:.0%}", "doubt")
                        link(one.subject, path("entity", one.subject_id))
                        Text("span", one.predicate, "tw-relation")
                        link(one.object, path("entity", one.object_id))
                        if one.confirmed:
                            badge("reported since", "holds")
                    with box("ul", "tw-reasons"):
                        for reason in one.because:
                            Text("li", reason)


def register(patience: float) -> None:
    """Adds the view."""
    view("/entity/{entity:path}", "Entity", patience)(show)
