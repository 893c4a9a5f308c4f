"""What the API answers about entities, facts and evidence, with examples for its OpenAPI description."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")

APPLE = "e-82f51041e5b9ab0c0fcf23b0a359f2ba"
FACT = "f-39fca6d30d8b04b9d3ec8ad418866042"


def like(**example: Any) -> ConfigDict:
    """Returns a model's configuration with an example."""
    return ConfigDict(from_attributes=True, json_schema_extra={"example": example})


class Page(BaseModel, Generic[T]):
    """A page of answers."""

    items: list[T]
    next: str | None = Field(None, description="Cursor of the next page; null on the last one.")


class Hit(BaseModel):
    """An entity that a search found."""

    model_config = like(
        id=APPLE,
        name="Apple",
        type="organization",
        wikidata="Q312",
        matched=["Apple", "Apple Inc"],
        exact=True,
        mentions=41,
    )

    id: str = Field(description="The entity's id, for the other paths.")
    name: str
    type: str
    wikidata: str | None = Field(description="Its Wikidata id, if known.")
    matched: list[str] = Field(description="The names that the search found: its own and its aliases'.")
    exact: bool = Field(description="Whether one of these names is the search itself, in any case.")
    mentions: int = Field(description="In how many articles and media items these names occur.")


class Corrected(BaseModel):
    """What an editor said; GET /v1/corrections has all of it."""

    model_config = ConfigDict(from_attributes=True)

    id: str = Field(description="The correction's id.")
    kind: str = Field(description="`forbid`, `confirm`, `merge`, `split`, `type`, `wikidata` or `class`.")
    by: str
    why: str
    at: datetime


class EntityAnswer(BaseModel):
    """An entity."""

    model_config = like(id=APPLE, name="Apple", type="organization", wikidata="Q312", names=["Apple Inc"], corrected=[])

    id: str
    name: str
    type: str
    wikidata: str | None = Field(description="Its Wikidata id, if known.")
    names: list[str] = Field(description="Its other names.")
    corrected: list[Corrected] = Field(description="What editors corrected in its name, type, Wikidata id or class.")


class Sentence(BaseModel):
    """A sentence that states a fact or claim, briefly; GET /v1/evidence/{fact} has all about it."""

    model_config = ConfigDict(from_attributes=True)

    sentence: str | None
    article: str = Field(description="Id of the article or media item.")
    headline: str | None = Field(description="Its headline; null if the sentence is of an earlier text.")
    url: str | None
    source: str | None
    seen_at: datetime = Field(description="When the article was published, or else read.")
    retracted_at: datetime | None = Field(description="Since when the sentence does not count; null while it does.")
    superseded: bool = Field(description="Whether the article has had another text since.")


class FactAnswer(BaseModel):
    """A fact with its best sentences."""

    model_config = like(
        id=FACT, subject="Apple", subject_id=APPLE, relation="chief executive officer", object="Tim Cook",
        object_id="e-0b1c8d2b5a1f4b35a7a4e0a3a7f0b9aa", holds=True, standing="current", since="2011-08-24T00:00:00Z",
        until=None, at_latest=False, closed_by=None, retracted_at=None, last_seen="2026-05-04T09:00:00Z", count=12,
        confidence=0.97, corrected=None, evidence=[],
    )  # fmt: skip

    id: str = Field(description="The fact's id, for GET /v1/evidence/{fact}.")
    subject: str
    subject_id: str
    relation: str
    object: str
    object_id: str | None = Field(description="The object's id, if it is an entity.")
    holds: bool = Field(description="Whether it holds, or held at the time asked for.")
    standing: str | None = Field(
        description="`current`, `closed`, `disputed` or `contradicted`; null if nothing contradicts it."
    )
    since: datetime = Field(description="Since when it is known to hold: its beginning, or else its first report.")
    until: datetime | None = Field(description="When it ended; null if that is not known.")
    at_latest: bool | None = Field(description="Whether it may have ended before that: no article reported the end.")
    closed_by: str | None = Field(description="The object of the fact that took its place.")
    retracted_at: datetime | None = Field(
        description="Since when no evidence supports it, or an editor forbids it; null while it may hold."
    )
    last_seen: datetime
    count: int = Field(description="Pieces of evidence that count.")
    confidence: float = Field(description="The highest confidence of its evidence, 0 to 1.")
    corrected: Corrected | None = Field(
        description="What an editor says of it: `forbid` or `confirm`; null if nothing."
    )
    evidence: list[Sentence]

    @classmethod
    def of(cls, fact: Mapping[str, Any]) -> "FactAnswer":
        """Returns the answer for a fact of the desk."""
        return cls.model_validate({**fact, "relation": fact["name"], "until": fact["invalid_at"]})


class ClaimAnswer(BaseModel):
    """What somebody plans, supposes or denies."""

    model_config = like(
        id="c-5d0c", fact=FACT, modality="planned", subject="Acme", relation="chief executive officer",
        object="Jane Smith",
        standing="planned from 2027, says Acme", since="2027", speakers=["Acme"], fulfilled_at=None, count=2,
        confidence=0.9, first_seen="2026-05-04T09:00:00Z", last_seen="2026-05-05T09:00:00Z", evidence=[],
    )  # fmt: skip

    id: str = Field(description="The claim's id, for GET /v1/evidence/{fact}.")
    fact: str = Field(description="Id of the fact that it is about, which the graph need not have.")
    modality: str = Field(description="`planned`, `possible` or `denied`.")
    subject: str
    relation: str
    object: str
    standing: str = Field(description="In words.")
    since: str | None = Field(description="From when a planned fact is to hold, if an article says.")
    speakers: list[str] = Field(description="Who is quoted as saying so.")
    fulfilled_at: datetime | None = Field(description="When a later article first stated the fact of a plan.")
    count: int
    confidence: float
    first_seen: datetime
    last_seen: datetime
    evidence: list[Sentence]


class EpisodeAnswer(BaseModel):
    """A period in which a fact held, as far as the news reported."""

    model_config = like(
        fact=FACT, entity="Apple", relation="chief executive officer", object="Tim Cook", standing="current",
        since="2011-08-24T00:00:00Z", until=None, at_latest=False, last_seen="2026-05-04T09:00:00Z", closed_by=None,
        evidence=12, articles=9, voices=4, confidence=0.97, sources=["Reuters"], corrected=None,
    )  # fmt: skip

    fact: str
    entity: str
    relation: str = Field(description='The relation; followed by " of" where the entity is its object.')
    object: str
    standing: str | None = Field(
        description="`current`, `closed`, `disputed`, `contradicted`, `withdrawn`, `forbidden`; null if nothing "
        "contradicts it."
    )
    since: datetime
    until: datetime | None
    at_latest: bool = Field(description="Whether it may have ended before `until`.")
    last_seen: datetime
    closed_by: str | None
    evidence: int = Field(description="Pieces of evidence that count.")
    articles: int
    voices: int = Field(description="How many of these articles are no copies of another one.")
    confidence: float
    sources: list[str]
    corrected: Corrected | None = Field(description="What an editor says of the fact; null if nothing.")


class SuggestionAnswer(BaseModel):
    """A link that nobody had reported when it was suggested, with the reasons."""

    model_config = like(
        subject="Apple", subject_id=APPLE, predicate="owner of", object="Acme",
        object_id="e-5a1f4b35a7a4e0a3a7f0b9aa0b1c8d2b", confidence=0.12, because=["both are named with Jane Smith"],
        confirmed=False,
    )  # fmt: skip

    subject: str
    subject_id: str
    predicate: str
    object: str
    object_id: str
    confidence: float = Field(description="Probability that the link is reported within two months.")
    because: list[str] = Field(description="Reasons in words, the weightiest first.")
    confirmed: bool = Field(description="Whether it has been reported since.")


class NeighbourAnswer(BaseModel):
    """An entity that facts link with another."""

    model_config = like(
        id="e-0b1c8d2b5a1f4b35a7a4e0a3a7f0b9aa", name="Tim Cook", type="person",
        relations=["chief executive officer"], evidence=12,
    )  # fmt: skip

    id: str
    name: str
    type: str
    relations: list[str]
    evidence: int


class ProofAnswer(BaseModel):
    """A piece of evidence. Spans are two offsets in characters into the article's field, the second exclusive."""

    model_config = like(
        id="t-b883047a73c16c86b9f27503cf11b3f4", fact=FACT, relation="CHIEF_EXECUTIVE_OFFICER", modality=None,
        speaker=None, past=False, kind="reported", confidence=0.97, seen_at="2026-05-04T09:00:00Z", retracted_at=None,
        sentence="Apple is led by Tim Cook, 65.", sentence_span=[0, 29], field="body", subject="Apple",
        subject_span=[0, 5], object="Tim Cook", object_span=[16, 24], before=None,
        after="He was born in Mobile, Alabama.", model="text_extraction", model_version="2.2.0", article="wire-1",
        headline="Apple's chief turns 65", url="https://example.com/1", source="Wire",
        published_at="2026-05-04T09:00:00Z", superseded=False, media=None, box=None, begin=None, end=None,
    )  # fmt: skip

    id: str
    fact: str
    relation: str
    modality: str | None = Field(description="`planned`, `possible` or `denied` of a claim; null if it is asserted.")
    speaker: str | None = Field(description="Who is quoted as saying so.")
    past: bool = Field(description="Whether it says that the fact held and no longer does.")
    kind: str | None
    confidence: float
    seen_at: datetime
    retracted_at: datetime | None = Field(description="Since when it does not count; null while it does.")
    sentence: str | None
    sentence_span: list[int] | None
    field: str | None = Field(description="The article's field in which the sentence is.")
    subject: str | None
    subject_span: list[int] | None
    object: str | None
    object_span: list[int] | None
    before: str | None = Field(description="The nearest sentence before it in the same text that states something.")
    after: str | None = Field(description="The nearest such sentence after it.")
    model: str | None
    model_version: str | None
    article: str
    headline: str | None
    url: str | None
    source: str | None
    published_at: datetime | None
    superseded: bool = Field(description="Whether the article has had another text since.")
    media: str | None = Field(description="The picture, video or sound, if it was seen or heard.")
    box: list[float] | None = Field(description="Left, top, right and bottom in that item's pixels.")
    begin: float | None = Field(description="Second at which it begins.")
    end: float | None


class SpotAnswer(BaseModel):
    """A place in a picture or video where the entity is shown."""

    model_config = ConfigDict(from_attributes=True)

    fact: str = Field(description="Id of the fact that says so, for GET /v1/evidence/{fact}.")
    box: list[float] | None = Field(
        description="Left, top, right and bottom in the item's pixels; null if it is not known where."
    )
    begin: float | None = Field(description="Second at which a video begins to show it; null in a picture.")
    end: float | None
    confidence: float = Field(description="That of the model or rule, 0 to 1.")
    model: str = Field(description="The model or rule that says so.")
    model_version: str


class PictureAnswer(BaseModel):
    """A picture or video in which an entity is shown."""

    model_config = like(
        id="m-1", kind="picture", uri="https://example.com/1.jpg", format="image/jpeg", caption="Tim Cook in Cupertino",
        source="Wire", at="2026-05-04T09:00:00Z", article="wire-1", headline="Apple's chief turns 65",
        url="https://example.com/1", spots=[{
            "fact": FACT, "box": [10, 20, 110, 220], "begin": None, "end": None, "confidence": 0.91,
            "model": "caption-rule", "model_version": "2",
        }],
    )  # fmt: skip

    id: str = Field(description="The media item's id.")
    kind: str | None = Field(description="`picture` or `video`; null if that is not known.")
    uri: str | None = Field(description="Its address; null if its content was published inline.")
    format: str | None = Field(description="The media type of its bytes.")
    caption: str | None
    source: str | None
    at: datetime | None = Field(description="When it was published, or else read.")
    article: str | None = Field(description="Id of the article that it illustrates, the newest of several.")
    headline: str | None
    url: str | None = Field(description="That article's address.")
    spots: list[SpotAnswer] = Field(description="Where it shows the entity, the surest first: at most twenty.")


class StatisticsAnswer(BaseModel):
    """How much the graph has; counted at most every ten seconds."""

    model_config = like(counts={"entities": 120000, "facts that hold": 300000}, counted_at="2026-05-04T09:00:00Z")

    counts: dict[str, int]
    counted_at: datetime
