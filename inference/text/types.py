"""The input and output of text extraction: plain data with character offsets, no tensors.

All offsets are Python string indices (Unicode code points) into the named field of the document, end exclusive.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from inference.text.budget import Budget
from inference.text.values.found import FoundValue

Field = Literal["headline", "body"]


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A document to extract from.

    Attributes:
        id: The article's id.
        headline: May be empty.
        body: The text.
        language: BCP 47 tag; decides which model reads the document, if any.
        budget: What all steps of reading it may cost together; None for what each step may cost by itself.
        published_at: The day of publication, from which "January 1" is resolved; None if it is not known.
    """

    id: str
    headline: str
    body: str
    language: str = "en"
    budget: Budget | None = field(default=None, compare=False, repr=False)
    published_at: date | None = None

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
        span: The characters it covers.
        text: These characters, unchanged.
        type: An entity type of the ontology (`person`, `organization`, …).
        name: The canonical name (see `inference.text.names.canonical`). Type and name together identify the entity.
        score: The model's confidence, 0 to 1.
        spelling: The canonical form of the mention by itself, without the rest of the article: "Takaichi", where the
            name is "Sanae Takaichi".
        office_of: Only of an office: the name of the country, place or institution whose office the text says it is.
        role: Only of a person: what the article says that he or she is; see `inference.text.names.roles`.
    """

    field: Field
    span: Span
    text: str
    type: str
    name: str
    score: float
    spelling: str = ""
    office_of: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class TextRelation:
    """A relation between two mentions of one window.

    Attributes:
        subject: Index into `TextExtraction.mentions`.
        object: Index into `TextExtraction.mentions`.
        predicate: A relation id of the ontology (`P169`).
        field: The field of both mentions.
        sentence: The evidence: the sentence with both mentions, or all sentences from the first mention's to the
            second's.
        score: Calibrated confidence, 0 to 1.
        modality: `asserted`, `past` (held formerly), `planned`, `possible` or `denied`.
        attributed_to: Index of the mention of whoever is quoted as saying so; None if nobody is.
        since: From when it is said to hold, as an ISO 8601 day, month or year; "" if the text does not say.
        until: Until when.
    """

    subject: int
    object: int
    predicate: str
    field: Field
    sentence: Span
    score: float
    modality: str = "asserted"
    attributed_to: int | None = None
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class TextRole:
    """What plays a part in a happening.

    Attributes:
        role: One of the ontology's `ROLES`.
        mention: Index into `TextExtraction.mentions`.
        score: Calibrated confidence, 0 to 1.
        value: Of a date or a number, what it means ("at least 12": 12, at least); None if that is not certain.
        sentence: The evidence: all sentences from the trigger's to the mention's. None: as far as the mention itself.
    """

    role: str
    mention: int
    score: float
    value: FoundValue | None = None
    sentence: Span | None = None


@dataclass(frozen=True, slots=True)
class TextHappening:
    """Something that a document says happened, will happen, may happen or did not.

    Attributes:
        kind: Its class, an id of the ontology's `happenings`.
        trigger: The words that name it, as a mention of the type `happening`; never one of `TextExtraction.mentions`.
        sentence: The sentence of the trigger.
        class_score: The model's confidence in the class, 0 to 1; that in the trigger is the trigger's score.
        modality: `asserted`, `past`, `planned`, `possible` or `denied`.
        attributed_to: Index of the mention of whoever is quoted as saying so; None if nobody is.
        roles: What plays a part in it, in the order of the text.
    """

    kind: str
    trigger: TextMention
    sentence: Span
    class_score: float
    modality: str = "asserted"
    attributed_to: int | None = None
    roles: tuple[TextRole, ...] = ()

    @property
    def score(self) -> float:
        """The confidence in this happening: that of its trigger and of its class."""
        return round(self.trigger.score * self.class_score, 4)


@dataclass(frozen=True, slots=True)
class TextExtraction:
    """Everything found in one document, in reading order.

    Attributes:
        document: Its id.
        mentions: Its mentions.
        relations: The relations between them.
        model: The model's name on Triton; "" if no model reads the language.
        model_version: The model's version.
        described: Predicates in `relations` that the model was not trained on and found by their description. They
            have already passed a threshold of their own.
        added: Hash of all relations that the model was asked to find by their description; "" if there were none.
        language: The document's language, BCP 47.
        happenings: What happens; none if the model knows none.
    """

    document: str
    mentions: tuple[TextMention, ...] = field(default=())
    relations: tuple[TextRelation, ...] = field(default=())
    model: str = ""
    model_version: str = ""
    described: frozenset[str] = frozenset()
    added: str = ""
    language: str = "en"
    happenings: tuple[TextHappening, ...] = field(default=())
