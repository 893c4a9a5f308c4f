"""What all messages have in common: their ids, how tolerantly they are read, and the parts that many of them have."""

from hashlib import blake2b
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from topology.ontology import HAPPENING

EntityType = Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=64)]
MAX_NAME = 1024
"""Characters of the longest entity name. Anything longer is hostile or broken text."""

Identifier = Annotated[str, Field(min_length=1, max_length=512)]
Modality = Literal["asserted", "past", "planned", "possible", "denied"]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$")]
"""A day, month or year, as ISO 8601."""
WikidataId = Annotated[str, Field(pattern=r"^Q[1-9][0-9]{0,11}$")]


def stable_id(prefix: str, *parts: object) -> str:
    """Returns a deterministic id: `prefix-` and 128 bits of BLAKE2b over the parts.

    The parts are joined by U+001F, which no validated field contains, so different parts never join to the same text.
    """
    digest = blake2b("\x1f".join(map(str, parts)).encode(), digest_size=16)
    return f"{prefix}-{digest.hexdigest()}"


def entity_id(name: str, type_: str, *more: str) -> str:
    """Returns the id of an entity, given its canonical name, its type, and what else tells it from its namesakes."""
    return stable_id("e", type_, name, *more)


class Event(BaseModel):
    """Base of all messages: immutable, and without error on unknown fields, so that producers may add fields first."""

    # A field may have a name in JSON that is a keyword in Python: `class`.
    model_config = ConfigDict(
        frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )


def is_blank(text: str) -> bool:
    """Returns whether a text has no character that anybody could see: spaces, controls and joiners alone."""
    return not any(character.isprintable() and not character.isspace() for character in text)


NUL, UNIT_SEPARATOR = "\x00", "\x1f"
"""Characters that no text of a publisher may have: tools cut texts at the one, and `stable_id` joins with the other."""


class Published(Event):
    """Base of what publishers send, whole messages and their parts.

    Null in a field that has a default is the same as leaving the field out.
    """

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, fields: Any) -> Any:
        if not isinstance(fields, dict) or None not in fields.values():
            return fields
        given = cls.model_fields
        return {k: v for k, v in fields.items() if v is not None or k not in given or given[k].is_required()}

    @model_validator(mode="after")
    def _without_separators(self) -> Self:
        # Not `any`, and not by the model's own iteration: a derived article has 100,000 passages.
        for name, value in vars(self).items():
            if isinstance(value, str) and (NUL in value or UNIT_SEPARATOR in value):
                raise ValueError(f"{name} contains a NUL or unit-separator character")
        return self


Second = Annotated[float, Field(ge=0, le=1e7, allow_inf_nan=False)]
Pixel = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]


class Spot(Published):
    """A place in a picture, video or sound recording where something is seen or heard."""

    media: Identifier = Field(description="The media item's id.")
    begin: Second | None = Field(None, description="Second of the video or sound recording at which it begins.")
    end: Second | None = Field(None, description="Second at which it ends.")
    frame: Second | None = Field(None, description="Second of the video frame that `box` refers to.")
    box: tuple[Pixel, Pixel, Pixel, Pixel] | None = Field(
        None,
        description="Left, top, right and bottom in pixels of the displayed picture; right and bottom are exclusive.",
    )
    depth: float | None = Field(
        None, ge=0, le=1, description="Median depth in the box, from 0 (nearest) to 1 (farthest)."
    )


class EntityLocation(Event):
    """Where a place is, as far as its name tells."""

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = Field(
        description="Code of the country that it is or lies in, ISO 3166-1 alpha-2."
    )
    latitude: float | None = Field(
        None, ge=-90, le=90, description="Degrees north. Null for a country or region, which is no point."
    )
    longitude: float | None = Field(None, ge=-180, le=180, description="Degrees east. Null if `latitude` is.")


class Entity(Event):
    """A person, organization, place or other thing that facts are about."""

    id: Identifier = Field(
        description="Stable id: a hash of type and canonical name. Alias records state what else it stands for."
    )
    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)] = Field(description="Canonical name.")
    type: EntityType = Field(description="Entity type of the ontology.")
    location: EntityLocation | None = Field(
        None, description="Only for a place that the name alone identifies: where it is. Null if unknown."
    )
    office_of: Annotated[str, Field(max_length=MAX_NAME)] | None = Field(
        None,
        description="Only for an office: the country, place or institution whose office it is. Part of its identity: "
        "the foreign ministers of two countries are two offices. Null if the text does not say.",
    )

    role: Annotated[str, Field(max_length=MAX_NAME)] | None = Field(
        None,
        description="Only for a person: what the text says that he or she is, as a field of work with the country or "
        "place of an office or the discipline of a sport: `politics/GB`, `sport/football`. Part of the identity: a "
        "person of another role is another entity, and an Alias tells which of them are one. Null if the text does "
        "not say.",
    )

    class_: Annotated[str, Field(max_length=64)] | None = Field(
        None,
        alias="class",
        description="Only for a happening, something that an article says happened: its class, an id of the ontology's "
        "section `happenings` (`attack`). Each article's report has an entity of its own; an Alias tells which reports "
        "are of one happening.",
    )

    @classmethod
    def happening(cls, document: str, class_: str, name: str, number: int = 0) -> Self:
        """Returns the entity of what a document says happened.

        Args:
            document: The document's id: that another one reports the same is decided later, and can be undone.
            class_: Its class in the ontology.
            name: The words that name it, in canonical form.
            number: How many happenings of this class and name precede it in the document.
        """
        id_ = stable_id("e", HAPPENING, document, class_, name, number)
        return cls(id=id_, name=name, type=HAPPENING, class_=class_)

    @classmethod
    def of(
        cls,
        name: str,
        type_: str,
        location: EntityLocation | None = None,
        office_of: str | None = None,
        role: str | None = None,
    ) -> Self:
        """Returns the entity with this canonical name and type; an office also by whose it is, a person by role."""
        more = [part for part in (office_of, role) if part is not None]
        return cls(
            id=entity_id(name, type_, *more),
            name=name,
            type=type_,
            location=location,
            office_of=office_of,
            role=role,
        )


class EntityMention(Event):
    """An entity, and how often a document mentions it."""

    entity: Entity = Field(description="The entity.")
    count: int = Field(1, ge=1, description="Number of mentions in the document.")
    names: tuple[str, ...] = Field(
        (), max_length=64, description="Other names that the document uses for it: `Takaichi`, `WHO`."
    )


class Literal_(Event):  # noqa: N801 - `Literal` is typing's
    """A value that is not an entity: a date, a number or a text."""

    value: str = Field(description="The value, in its datatype's lexical form.")
    datatype: str = Field("xsd:string", description="XML Schema datatype, or `edtf` for dates that need ISO 8601-2.")
    unit: str = Field("", max_length=64, description="Unit of a quantity: `USD`, `km`, `%`, or what was counted.")

    @property
    def key(self) -> str:
        """Identifies the value; part of the fact's id."""
        return f"{self.datatype}:{self.value}" + (f" {self.unit}" if self.unit else "")


class Predicate(Event):
    """The relation between subject and object."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_:-]*$", max_length=128)] = Field(
        description="Wikidata property id (`P169`), a name from the user's own ontology, or a role in a happening: "
        "`who`, `whom`, `what`, `where`, `when`, `killed`, `injured`, `amount`, `with`."
    )
    name: str = Field(description="Readable name: `chief executive officer`; of a role, what its class calls it.")
    wikidata: Annotated[str, Field(pattern=r"^P[1-9][0-9]{0,9}$")] | None = Field(
        None, description="Only for a role: the Wikidata property of the same meaning; null if none fits."
    )


class TextSpan(Event):
    """A range of characters in a field, counted in Unicode code points."""

    start: int = Field(ge=0, description="First character.")
    end: int = Field(ge=0, description="One past the last character.")
    text: str = Field(description="The characters themselves.")

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "TextSpan":
        """Returns the span of a text from `start` to `end` (exclusive)."""
        return cls(start=start, end=end, text=text[start:end])
