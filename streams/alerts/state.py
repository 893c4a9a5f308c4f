"""What the stage remembers: records on the compacted topic `alert-state`, so that any worker can go on."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from streams.messages.alert_events import Alert
from streams.messages.base import Event, Identifier
from streams.messages.events import Triple

MOST_REPORTS = 64
"""Reports of one thing that are remembered; of more, the first and the latest."""

MOST_DRAFTS = 16
"""Drafts of alerts about one thing; only contradictions have more than one."""

CE_SOURCE = "triplewire/alerts"

SEEN = "triplewire.seen-thing"
"""CloudEvents type of a `SeenThing`."""

BEGUN = "triplewire.watch-begin"
"""CloudEvents type of a `WatchBegin`."""

POSITION = "triplewire.call-position"
"""CloudEvents type of a `CallPosition`."""

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class SeenReport(Event):
    """That a document reported a thing. Part of a `SeenThing`."""

    document: Identifier = Field(description="The document's id.")
    source: str = Field(description="Its publisher; its id if that is unknown.")
    likeness: tuple[str, ...] = Field((), description="The keys that it shares with its copies.")
    value: str = Field("", description="Only for contradictions: the object that it states.")
    denied: bool = Field(False, description="Only for contradictions: whether it denies that.")
    one_at_a_time: bool = Field(False, description="Only for contradictions: whether only one object holds at a time.")
    triple: Triple | None = Field(None, description="Only for contradictions: what it says.")


class DraftedAlert(Event):
    """An alert that is not published yet. Part of a `SeenThing`."""

    alert: Alert = Field(description="The alert, as of the report that made it.")
    value: str = Field("", description="As in the reports that it is about.")
    denied: bool = Field(False, description="As in the reports that it is about.")
    due: float | None = Field(
        None, ge=0, description="Seconds since 1970 at which it is to be published. Null: too few report it."
    )


class SeenThing(Event):
    """What was reported of a thing that a watch looks for. Topic `alert-state`; private to the alerts stage."""

    watch: str = Field(description="Name of the watch.")
    key: Identifier = Field(description="Identifies the thing.")
    reports: tuple[SeenReport, ...] = Field((), description="The reports, in the order in which they came.")
    said: tuple[Identifier, ...] = Field((), description="Ids of the alerts that were published, or need not be.")
    drafts: Annotated[tuple[DraftedAlert, ...], Field(max_length=MOST_DRAFTS)] = Field(
        (), description="Alerts that are not published yet."
    )


class WatchBegin(Event):
    """Since when something is watched. Topic `alert-state`; private to the alerts stage."""

    watch: str = Field(description="Name of the watch.")
    since: AwareDatetime = Field(description="What was received before is remembered and makes no alert.")


class CallPosition(Event):
    """How far a receiver was called. Topic `alert-state`; private to the alerts stage."""

    receiver: str = Field(description="Name of the receiver.")
    offset: int = Field(ge=0, description="Offset on `alerts` of the first alert that it may not have.")
    called: tuple[Hash, ...] = Field((), description="Hashes of the ids of the latest alerts that it has.")
