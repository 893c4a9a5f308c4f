"""The messages of the topic `term-statistics`: how many articles contain each term."""

from pydantic import Field

from streams.messages.base import Event


class TermCounts(Event):
    """The number of articles of one language that contain each term."""

    documents: int = Field(ge=0, description="Number of articles counted.")
    terms: dict[str, int] = Field(description="Number of articles that contain a term, for the most frequent terms.")


class TermSnapshot(Event):
    """Term frequencies of the articles in a partition, up to an offset. Topic `term-statistics`."""

    topic: str = Field(description="Topic of the articles.")
    partition: int = Field(ge=0, description="Its partition.")
    day: int = Field(ge=0, description="Last day counted, as days since 1970 in UTC, by the broker's clock.")
    next_offset: int = Field(ge=0, description="Offset of the first record not counted.")
    languages: dict[str, TermCounts] = Field(description="Counts by language.")
