"""What text extraction takes and gives: plain data, character offsets, no tensors.

All offsets are Python string indices (Unicode code points) into the named field of the document, end exclusive.
"""

from dataclasses import dataclass, field
from typing import Literal

Field = Literal["headline", "body"]


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A document to read.

    Attributes:
        id: The article's id.
        headline: May be empty.
        body: The text.
        language: BCP 47 tag; decides which model reads it, if any.
    """

    id: str
    headline: str
    body: str
    language: str = "en"

    def text(self, name: Field) -> str:
        """Returns the text of one field."""
        return self.headline if name == "headline" else self.body


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of one field."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TextMention:
    """A typed span that names something.

    Attributes:
        field: The field that the offsets point into.
        span: Where.
        text: The characters of the span, as they stand there.
        type: An entity type of the ontology (`person`, `organization`, …).
        name: The canonical name (see `inference.text.names.canonical`); with the type it decides the entity.
        score: The model's confidence, 0 to 1.
        spelling: What it would be called if the article said no more: "Takaichi", where the name is "Sanae Takaichi".
    """

    field: Field
    span: Span
    text: str
    type: str
    name: str
    score: float
    spelling: str = ""


@dataclass(frozen=True, slots=True)
class TextRelation:
    """A relation between two mentions of one window.

    Attributes:
        subject: Index into `TextExtraction.mentions`.
        object: Index into `TextExtraction.mentions`.
        predicate: A relation id of the ontology (`P169`).
        field: The field of the evidence.
        sentence: The stretch of the field that carries the evidence: the sentence of both mentions, or from the first
            mention's sentence to the second's.
        score: Calibrated confidence, 0 to 1.
    """

    subject: int
    object: int
    predicate: str
    field: Field
    sentence: Span
    score: float


@dataclass(frozen=True, slots=True)
class TextExtraction:
    """Everything found in one document, in reading order.

    Attributes:
        document: Its id.
        mentions: Its mentions.
        relations: What is said of them.
        model: The model's name on Triton.
        model_version: Its version.
        described: Of the relations' predicates those that were read by their description alone, at or above a least
            confidence of their own.
        added: Tells apart what relations were read by their description; "" if none were.
    """

    document: str
    mentions: tuple[TextMention, ...] = field(default=())
    relations: tuple[TextRelation, ...] = field(default=())
    model: str = ""
    model_version: str = ""
    described: frozenset[str] = frozenset()
    added: str = ""
