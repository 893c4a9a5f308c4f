"""Route: messages of `triples` as they arrive, as server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated

from aiokafka.errors import KafkaError
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from streams.api.feed import Feed, Filters
from streams.api.graph import LONGEST, OurGraph, entity_of, place_of
from streams.api.guard import still_admitted
from streams.api.problems import ProblemError, busy
from streams.desk.names import members
from streams.desk.places import within
from topology.access.kafka import client_options
from topology.settings import Settings

router = APIRouter()


class Streams:
    """How many streams are open, and where they read."""

    def __init__(self, declared: Settings) -> None:
        """Opens nothing.

        Args:
            declared: The settings.

        Raises:
            AccessError: The settings of Kafka cannot be used.
        """
        client_options(declared=declared)
        self.declared = declared
        self.most = declared.serve_streams
        self.open = 0


async def opened(
    request: Request,
    graph: OurGraph,
    *,
    entity: Annotated[
        str | None, Query(max_length=LONGEST, description="Only triples about this entity: a name or id, aliases too.")
    ] = None,
    class_: Annotated[
        str | None, Query(alias="class", max_length=64, description="Only what is said of happenings of this class.")
    ] = None,
    relation: Annotated[
        str | None, Query(max_length=LONGEST, description="Only triples of this relation, by id or name.")
    ] = None,
    place: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=LONGEST,
            description="Only triples about this place or one that lies in it, and what is said of happenings there.",
        ),
    ] = None,
    position: Annotated[
        str | None, Query(max_length=2000, description="The same as `Last-Event-ID`, for clients that cannot set it.")
    ] = None,
    last_event_id: Annotated[
        str | None, Header(max_length=2000, description="Id of the last event received: the stream goes on after it.")
    ] = None,
) -> AsyncIterator[Feed]:
    """Opens a stream for a request, and closes it after the answer."""
    streams: Streams = request.app.state.streams
    if streams.open >= streams.most:
        raise busy("As many event streams are open as TRIPLEWIRE_SERVE_STREAMS allows; try again later.")
    streams.open += 1
    try:
        ids = None
        if entity is not None:
            known = await entity_of(graph, entity)
            ids = frozenset(await members(graph.driver, known.id, graph.database))
        named = await place_of(graph, place)
        where = await within(graph.driver, named, graph.database) if named else None
        feed = Feed(streams.declared, Filters(ids, class_, relation, where), last_event_id or position)
        try:
            await feed.start()
        except (KafkaError, OSError):
            raise ProblemError(
                503, "no-stream", "The stream cannot be read", "Kafka does not answer; try again later.",
                headers={"Retry-After": "5"},
            ) from None  # fmt: skip
        try:
            yield feed
        finally:
            await feed.stop()
    finally:
        streams.open -= 1


@router.get("/stream", response_class=EventSourceResponse)
async def stream(request: Request, feed: Annotated[Feed, Depends(opened)]) -> AsyncIterator[ServerSentEvent]:
    """Sends messages of `triples` as they arrive: `event` is the kind, `data` the message, `id` where to go on.

    Aliases of `entity`, and what lies in `place`, are those that the graph has when the stream is opened. A stream ends
    when its token is withdrawn.
    """
    async for one in feed.events():
        if not still_admitted(request):
            return
        yield ServerSentEvent(raw_data=one.data, event=one.type, id=one.id)
