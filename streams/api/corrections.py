"""Routes: what editors corrected, and corrections. Those go to Kafka, and from there into the graph a moment later."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

import structlog
from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, model_validator

from streams.api.answers import Page
from streams.api.graph import LONGEST, OurGraph
from streams.api.guard import host_of, is_loopback
from streams.api.paging import WantedPage
from streams.api.problems import ProblemError, busy
from streams.corrections.sending import NotSentError, send
from streams.desk.corrections.views import CorrectionView
from streams.desk.corrections.views import corrections as listed
from streams.desk.corrections.wishes import Wish, WishError, correction_of, withdrawal_of
from streams.messages.correction_events import MAX_WHY, Correction, Kind
from topology.ontology import Ontology, load_ontology
from topology.settings import Settings

log = structlog.get_logger(__name__)

SOURCE = "triplewire/api"
MOST_AT_ONCE = 4
"""Corrections that are sent at a time; others are refused, for nobody corrects faster by hand."""

ERRORS: dict[int | str, dict[str, Any]] = {415: {"description": "The body is not JSON"}}

reading = APIRouter()
editing = APIRouter()

Why = Annotated[str, Field(min_length=1, max_length=MAX_WHY, description="The reason, for people.")]
Words = Annotated[str, Field(max_length=LONGEST)]


class EditorsDesk:
    """What corrections need besides the graph."""

    def __init__(self, settings: Settings) -> None:
        """Reads the ontology."""
        self.settings = settings
        self.ontology: Ontology = load_ontology(settings.ontology)
        self._sending = 0

    async def send(self, correction: Correction) -> None:
        """Sends a correction.

        Raises:
            ProblemError: Too many are being sent, or Kafka does not answer.
        """
        if self._sending >= MOST_AT_ONCE:
            raise busy("As many corrections are being sent as are allowed at a time; try again in a moment.")
        self._sending += 1
        try:
            # Whoever closes the connection does not leave the correction half sent.
            await asyncio.shield(send(self.settings, correction, source=SOURCE))
        except NotSentError:
            raise ProblemError(
                503, "not-sent", "The correction was not sent", "Kafka did not confirm it; send it again.",
                headers={"Retry-After": "5"},
            ) from None  # fmt: skip
        finally:
            self._sending -= 1
        log.info("corrected", id=correction.id, op=correction.op, kind=correction.kind, by=correction.by)


class WantedCorrection(BaseModel):
    """What is to be corrected. An entity is an id, a name that only one has, or a name with its type."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"kind": "forbid", "fact": "f-4d4c8c", "why": "He left in May; see our own story."}
        },
    )

    kind: Kind = Field(description="`forbid` and `confirm` a fact, `merge`, `split`, `type`, `wikidata`, `class`.")
    fact: Words = Field("", description="Of a fact that the graph has: its id, instead of the next three.")
    subject: Words = Field("", description="The entity that is corrected, or the fact's subject: `Jordan/location`.")
    relation: Words = Field("", description="The fact's relation, by id or name.")
    object: Words = Field("", description="The fact's object, or the entity to merge with or split from.")
    value: Words = Field("", description="The right type, class or Wikidata id; with `wikidata`, empty for none.")
    why: Why
    by: Annotated[str, Field(max_length=200)] = Field(
        "", description="Who corrects; only where no tokens are used. Otherwise it is the token's name."
    )

    @model_validator(mode="after")
    def _named(self) -> "WantedCorrection":
        if not self.fact and not self.subject:
            raise ValueError("name a fact, or a subject")
        return self


class Withdrawal(BaseModel):
    """Why a correction is to hold no longer."""

    model_config = ConfigDict(extra="forbid")

    why: Why
    by: Annotated[str, Field(max_length=200)] = Field("", description="As of a correction.")


class Accepted(BaseModel):
    """A correction that Kafka has. The graph has it a moment later; GET /v1/corrections shows it then."""

    id: str = Field(description="The correction's id; whatever corrects the same thing has the same.")
    op: Literal["correct", "withdraw"]
    by: str


class CorrectionAnswer(BaseModel):
    """A correction."""

    id: str
    kind: Kind
    subject: str
    subject_id: str
    relation: str | None
    object: str | None = Field(description="The fact's object, or the other entity; null of a Wikidata id.")
    object_id: str | None
    wikidata: str | None = Field(description="Only of `wikidata`: the right id; null for none.")
    fact: str | None = Field(description="Id of the fact, for GET /v1/evidence/{fact}.")
    by: str
    why: str
    at: datetime
    withdrawn_at: datetime | None = Field(description="Since when it holds no longer; null while it does.")
    withdrawn_by: str | None
    withdrawn_why: str | None

    @classmethod
    def of(cls, view: CorrectionView) -> "CorrectionAnswer":
        """Returns the answer that a view is."""
        said = Correction.model_validate_json(view.said)
        subject, target = said.subject, said.object
        return cls(
            id=view.id,
            kind=view.kind,
            subject=subject.name if subject else "",
            subject_id=subject.id if subject else "",
            relation=said.predicate.name if said.predicate else None,
            object=getattr(target, "name", None) or getattr(target, "value", None),
            object_id=getattr(target, "id", None),
            wikidata=said.wikidata,
            fact=view.fact,
            by=view.by,
            why=view.why,
            at=view.at,
            withdrawn_at=view.withdrawn_at,
            withdrawn_by=view.withdrawn_by,
            withdrawn_why=view.withdrawn_why,
        )


async def only_json(request: Request) -> None:
    """Admits requests that no web page of another origin can make a browser send without asking first.

    Raises:
        ProblemError: The body is not declared as JSON, or the request comes from another origin.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise ProblemError(415, "not-json", "The body is not JSON", "Send it with `Content-Type: application/json`.")
    origin = request.headers.get("origin")
    if origin and request.app.state.tokens is None and not is_loopback(host_of(origin.partition("://")[2])):
        raise ProblemError(403, "other-origin", "Another origin", "Pages of other origins may not correct anything.")


@reading.get("/corrections")
async def corrections(
    graph: OurGraph,
    page: WantedPage,
    *,
    entity: Annotated[
        str | None, Query(max_length=LONGEST, description="Only those about the entity with this id.")
    ] = None,
    withdrawn: Annotated[bool, Query(description="Whether to list those too that no longer hold.")] = False,
) -> Page[CorrectionAnswer]:
    """Returns what editors corrected, the latest first."""
    found = await listed(
        graph.driver, graph.database, entity=entity, withdrawn=withdrawn, skip=page.skip, limit=page.wanted
    )
    items, following = page.cut([CorrectionAnswer.of(one) for one in found])
    return Page(items=items, next=following)


@editing.post("/corrections", status_code=202)
async def correct(request: Request, graph: OurGraph, wanted: WantedCorrection) -> Accepted:
    """Corrects a fact, a name, a type, a Wikidata id or the class of a happening."""
    desk: EditorsDesk = request.app.state.desk
    wish = Wish(wanted.kind, wanted.fact, wanted.subject, wanted.relation, wanted.object, wanted.value)
    try:
        correction = await correction_of(
            graph.driver, graph.database, desk.ontology, wish, by=_who(request, wanted.by), why=wanted.why
        )
    except WishError as error:
        raise _unclear(error) from None
    await desk.send(correction)
    return Accepted(id=correction.id, op=correction.op, by=correction.by)


@editing.post("/corrections/{correction}/withdrawal", status_code=202)
async def withdraw(
    request: Request,
    graph: OurGraph,
    correction: Annotated[str, Path(max_length=LONGEST, description="The correction's id.")],
    wanted: Withdrawal,
) -> Accepted:
    """Withdraws a correction: from then on the graph says what it would say without it."""
    desk: EditorsDesk = request.app.state.desk
    try:
        made = await withdrawal_of(
            graph.driver, graph.database, correction, by=_who(request, wanted.by), why=wanted.why
        )
    except WishError as error:
        raise ProblemError(404, "unknown-correction", "The graph has no such correction", f"{error}.") from None
    await desk.send(made)
    return Accepted(id=made.id, op=made.op, by=made.by)


def _who(request: Request, said: str) -> str:
    """Returns who corrects: the token's name, or without tokens what the request says."""
    token = getattr(request.state, "token", None)
    return token.name if token else said or "somebody on this machine"


def _unclear(error: WishError) -> ProblemError:
    return ProblemError(422, "unclear-correction", "It is not clear what to correct", f"{error}.")
