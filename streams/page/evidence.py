"""The view of a fact's evidence: each sentence in its article, each box in its picture, each second of its video."""

from fastapi import Request
from nicegui import ui

from streams.api.graph import LONGEST, Graph
from streams.api.problems import ProblemError
from streams.desk.details.statement import Statement, statement
from streams.desk.evidence import Proof, evidence
from streams.desk.media import stored
from streams.page.desk import Desk
from streams.page.elements import (
    Text,
    article_link,
    badge,
    box,
    counted,
    day,
    definition,
    link,
    marked,
    none,
    path,
    quoted,
    section,
    when,
)
from streams.page.facts import correction
from streams.page.frame import view
from streams.page.media import figure

AT_ONCE = 20
"""Pieces of evidence on one page."""

DEEPEST = 10_000


async def show(desk: Desk, request: Request) -> None:
    """Shows the view."""
    fact = request.path_params["fact"][:LONGEST]
    skip = _skipped(request)
    graph = desk.graph()
    stated = await statement(graph.driver, fact, graph.database)
    found = await evidence(graph.driver, fact, graph.database, skip=skip, limit=AT_ONCE + 1)
    if stated is None or not (found or skip or stated.corrected):
        raise ProblemError(404, "unknown-fact", "The graph has no such fact", f"No fact or claim has the id {fact!r}.")
    ui.page_title(f"{stated.subject}, {stated.relation}, {stated.object} · Triplewire")
    _statement(stated)
    with section("Evidence", note="What states it, the most certain first."):
        if not found:
            none("There is no more." if skip else "No article states it.")
        with box("ol", "tw-proofs", start=str(skip + 1)):
            for one in found[:AT_ONCE]:
                with box("li"):
                    await _proof(desk, graph, one)
        with box("p", "tw-pager"):
            if skip:
                link("Before", f"?skip={max(0, skip - AT_ONCE)}")
            if len(found) > AT_ONCE:
                link("More", f"?skip={skip + AT_ONCE}")


def _skipped(request: Request) -> int:
    asked = request.query_params.get("skip", "0")
    return min(int(asked), DEEPEST) if asked.isascii() and asked.isdigit() and len(asked) <= 6 else 0  # noqa: PLR2004


def _statement(stated: Statement) -> None:
    with box("div", "tw-title"):
        with box("h1", "tw-statement"):
            if stated.subject_id:
                link(stated.subject, path("happening" if stated.happening else "entity", stated.subject_id))
            else:
                Text("span", stated.subject)
            Text("span", stated.relation, "tw-relation")
            if stated.object_id:
                link(stated.object, path("entity", stated.object_id))
            else:
                Text("span", stated.object)
        if stated.modality:
            badge(stated.modality, "doubt")
        if stated.corrected:
            badge(*correction(stated.corrected))
        elif stated.retracted_at:
            badge(f"withdrawn {day(stated.retracted_at)}", "doubt")
        elif stated.invalid_at:
            badge(f"ended {day(stated.invalid_at)}", "ended")
        elif stated.standing in {"disputed", "contradicted"}:
            badge(stated.standing, "doubt")
        elif stated.modality is None:
            badge("holds", "holds")
    Text("p", f"{counted(stated.count, 'piece')} of evidence count{'s' * (stated.count == 1)}; "
         f"the best has confidence {stated.confidence:.0%}.", "tw-note")  # fmt: skip
    if said := stated.corrected:
        Text("p", f"{said['by']}, {day(said['at'])}: {said['why']}", "tw-note")


async def _proof(desk: Desk, graph: Graph, one: Proof) -> None:
    with box("div", "tw-row-head"):
        title = one.headline or ("Text or speech in the item below" if one.media else one.article)
        article_link(title, one.url, one.sentence)
        Text("span", one.source or "", "tw-source")
        when(one.published_at or one.seen_at)
        if one.modality:
            badge(f"{one.modality}, says {one.speaker}" if one.speaker else one.modality, "doubt")
        if one.past:
            badge("says that it is over", "ended")
        if one.retracted_at:
            badge(f"withdrawn {day(one.retracted_at)}", "doubt")
        if one.superseded:
            badge("from an earlier text", "doubt")
    if one.before:
        Text("p", one.before, "tw-context")
    if one.sentence:
        start = one.sentence_span[0] if one.sentence_span else 0
        quoted(list(marked(one.sentence, start, (one.subject_span, one.object_span))))
    if one.after:
        Text("p", one.after, "tw-context")
    item = one.media or (one.article if one.box else None)
    if item:
        medium = await stored(graph.driver, item, graph.database)
        if medium is not None:
            of = one.subject or one.sentence or "what it is about"
            figure(desk, item, medium, of=of, place=one.box, begin=one.begin, end=one.end)
    with box("details"):
        Text("summary", "How it was read")
        model = f"{one.model} {one.model_version}" if one.model else None
        definition({
            "Confidence": f"{one.confidence:.0%}", "Model": model, "Field": one.field, "Article": one.article,
            "Id": one.id,
        })  # fmt: skip


def register(patience: float) -> None:
    """Adds the view."""
    view("/evidence/{fact}", "Evidence", patience)(show)
