"""What documents say happened, for the stage that decides which reports are of one happening, and its decisions.

A report is on the topic `mentions`, within its document's `Naming`. That two reports are of one happening is an `Alias`
as for any entity. To which story a happening belongs is a `Story`.
"""

from typing import Annotated

from pydantic import AwareDatetime, Field

from streams.messages.base import Day, Entity, Event, Identifier, Modality

MOST_WORDS = 32
"""Most words of a report's wording."""

MAX_TITLE = 300
"""Characters of the longest title of a report or story."""

Title = Annotated[str, Field(max_length=MAX_TITLE)]
Ids = Annotated[tuple[Identifier, ...], Field(max_length=64)]


class HappeningReport(Event):
    """What one document says of one happening. Part of a `Naming`."""

    happening: Entity = Field(description="The happening, as the document's own entity.")
    modality: Modality = Field("asserted", description="As of its triples.")
    day: Day | None = Field(None, description="When it happened or is to happen, if the text says.")
    places: Ids = Field((), description="Ids of the places where it happened.")
    participants: Ids = Field((), description="Ids of who did it, to whom, with whom, and what it is about.")
    words: Annotated[tuple[Annotated[str, Field(max_length=64)], ...], Field(max_length=MOST_WORDS)] = Field(
        (), description="The content words of its sentence in lower case, each once."
    )
    headline: Title = Field("", description="The document's headline, cut.")
    source: str = Field("", max_length=512, description="The publisher or feed.")
    published_at: AwareDatetime = Field(description="When the document was published, or else received.")


class Story(Event):
    """The story that a happening belongs to. Topic `triples`, CloudEvents type `triplewire.story`.

    A story is happenings that belong together over days. The decisions on one happening are in order, with its entity
    id as the key. The last one counts; they may be repeated.
    """

    id: Identifier = Field(description="Entity id of the happening.")
    happening: Entity = Field(description="The happening; it may be the alias of another.")
    story: Identifier | None = Field(None, description="The story's id. Null: it belongs to no story any more.")
    title: Title = Field("", description="The story's title: the headline of its first report.")
