"""The messages on the topic `alerts`: something that a watch looks for was reported."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from streams.messages.base import Event, Identifier
from streams.messages.events import Triple

MOST_TRIPLES = 16
"""Most triples of an alert."""

MOST_SOURCES = 64
"""Most publishers that an alert names."""

MAX_TEXT = 500
"""Characters of an alert's longest text."""


class AlertArticle(Event):
    """The article, or other document, that made an alert."""

    id: Identifier = Field(description="Id of the article or media item.")
    headline: str = Field("", description="Its headline.")
    url: str | None = Field(None, description="Web address of it.")
    source: str = Field("", description="The publisher or feed.")
    published_at: AwareDatetime | None = Field(None, description="Time of publication.")


class Alert(Event):
    """Something that a watch looks for was reported. Topic `alerts`, CloudEvents type `triplewire.alert`.

    The key is the name of the watch. An alert may be repeated; its id is then the same.
    """

    id: Identifier = Field(description="Hash of the watch and of what the alert is about.")
    watch: Annotated[str, Field(max_length=64)] = Field(description="Name of the watch.")
    kind: Literal["fact", "claim", "happening"] = Field(
        description="What was reported. A claim is a fact that is planned, possible or denied."
    )
    why: Literal["reported", "first", "contradicts"] = Field(
        description="`reported`: as the watch asks for; `first`: for the first time since the watch began; "
        "`contradicts`: it contradicts what is in `against`."
    )
    text: Annotated[str, Field(max_length=MAX_TEXT)] = Field(description="What was reported, in one line for people.")
    found_at: AwareDatetime = Field(description="When the article that made the alert was received.")
    article: AlertArticle = Field(description="The article that made the alert.")
    triples: Annotated[tuple[Triple, ...], Field(max_length=MOST_TRIPLES)] = Field(
        description="What was reported, with its evidence: a fact, or what the article says of the happening."
    )
    against: Annotated[tuple[Triple, ...], Field(max_length=MOST_TRIPLES)] = Field(
        (), description="Only with `contradicts`: what was reported before."
    )
    sources: Annotated[tuple[str, ...], Field(max_length=MOST_SOURCES)] = Field(
        description="The publishers that report it, in the order in which they did; a document's id where its "
        "publisher is unknown."
    )
