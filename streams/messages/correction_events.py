"""What an editor corrected: what the graph is to say whatever the articles say.

There is one correction for each thing that can be corrected, and its id follows from that thing. So the last one
counts, two can never contradict each other, and a compacted topic keeps all that is needed.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from streams.messages.base import (
    MAX_NAME,
    Entity,
    Identifier,
    Literal_,
    Predicate,
    Published,
    WikidataId,
    stable_id,
)
from topology.ontology import HAPPENING, HAPPENING_CLASS

Kind = Literal["forbid", "confirm", "merge", "split", "type", "wikidata", "class"]

OF_FACTS: frozenset[Kind] = frozenset({"forbid", "confirm"})
OF_NAMES: frozenset[Kind] = frozenset({"merge", "split", "type"})
"""What a name stands for: three ways to say it, of which one holds at a time."""

CLASS_OF = Predicate(id="P31", name="instance of")
MAX_WHY = 2000
"""Characters of the longest reason."""

_WITH_OBJECT: frozenset[Kind] = OF_FACTS | OF_NAMES | {"class"}


class Correction(Published):
    """What an editor corrected, or that it no longer holds. Topics `corrections` and `triples`.

    Its CloudEvents type is `triplewire.correction`. The corrections worker repeats it on `triples`, and on `mentions`
    if it is about a name or a Wikidata id. The last one with an id counts; they may be repeated. What it changes in
    names and Wikidata ids is also said as Alias and Identity.
    """

    id: Identifier = Field(
        description="Hash of what is corrected: a fact, a name, a Wikidata id or a happening's class."
    )
    op: Literal["correct", "withdraw"] = Field(
        "correct", description="`withdraw`: the correction no longer holds; what was corrected may then be left out."
    )
    kind: Kind | None = Field(
        None,
        description="`forbid`: the fact does not hold, whatever states it; `confirm`: it holds, whatever its "
        "confidence; "
        "`merge`: the subject stands for the object; `split`: it stands for itself, and not for the object; `type`: as "
        "`merge`, and the object has the same name with the right type; `wikidata`: the subject has this id, or none; "
        "`class`: the happening is of this class.",
    )
    subject: Entity | None = Field(None, description="The entity that is corrected, or the subject of the fact.")
    predicate: Predicate | None = Field(None, description="Only of a fact: its relation.")
    object: Entity | Literal_ | None = Field(None, description="The fact's object, or the other entity; see `kind`.")
    wikidata: WikidataId | None = Field(None, description="Only of `wikidata`: the right id. Null: it has none.")
    by: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="Who corrects.")
    why: Annotated[str, Field(min_length=1, max_length=MAX_WHY)] = Field(description="The reason, for people.")
    at: AwareDatetime | None = Field(
        None,
        description="When it reached `corrections`. Set by the corrections worker; leave it out on `corrections`. Only "
        "`triplewire erase` says it again there, with a reason in which it replaced what named an erased article.",
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.op == "withdraw":
            return self
        if self.kind is None or self.subject is None:
            raise ValueError("a correction needs kind and subject")
        if self.object is None and self.kind in _WITH_OBJECT:
            raise ValueError(f"a correction of kind {self.kind} needs an object")
        if self.predicate is None and self.kind in OF_FACTS:
            raise ValueError("a fact needs its relation: predicate")
        self._check_types(self.subject)
        if self.id != self.expected_id():
            raise ValueError(f"id must be {self.expected_id()}, the hash of what is corrected")
        return self

    def _check_types(self, subject: Entity) -> None:
        """Checks that subject and object are of types that can be corrected in this way.

        Raises:
            ValueError: They are not.
        """
        happening = subject.type == HAPPENING
        if {subject.type, getattr(self.object, "type", "")} & {"article", "media"}:
            raise ValueError("what articles and media items say of themselves cannot be corrected")
        if self.kind == "class" and not (happening and _of_type(self.object, HAPPENING_CLASS)):
            raise ValueError("kind class needs a happening and its class")
        if self.kind in {*OF_NAMES, "wikidata"} and (happening or _of_type(self.object, HAPPENING)):
            raise ValueError(
                f"happenings cannot be corrected by {self.kind}: which reports are of one happening is always decided "
                "from the reports; correct the happening's class, or forbid what is said of it"
            )
        if self.kind in OF_NAMES:
            if not isinstance(self.object, Entity):
                raise ValueError(f"kind {self.kind} needs two entities")
            if self.object.id == subject.id:
                raise ValueError("an entity cannot be merged with itself or split from itself")

    @property
    def fact(self) -> str | None:
        """Id of the fact that it forbids or confirms; None if it is about something else."""
        if self.kind not in OF_FACTS or self.subject is None or self.predicate is None or self.object is None:
            return None
        target = self.object.id if isinstance(self.object, Entity) else self.object.key
        return stable_id("f", self.subject.id, self.predicate.id, target)

    def expected_id(self) -> str:
        """Returns the id of a correction of what this one corrects."""
        subject = self.subject.id if self.subject else ""
        slot = "name" if self.kind in OF_NAMES else self.kind
        return correction_id("fact", self.fact) if self.fact else correction_id(str(slot), subject)

    @classmethod
    def of(cls, kind: Kind, subject: Entity, *, by: str, why: str, **fields: Any) -> Self:
        """Returns a correction with its id.

        Args:
            kind: What is corrected, and how.
            subject: Of what.
            by: Who corrects.
            why: The reason.
            fields: The fields that this kind needs.

        Raises:
            ValidationError: A field is missing, or does not fit the kind.
        """
        draft = cls.model_construct(kind=kind, subject=subject, **fields)
        return cls.model_validate(
            {"id": draft.expected_id(), "kind": kind, "subject": subject, "by": by, "why": why, **fields}
        )


def correction_id(slot: str, id_: str) -> str:
    """Returns the id of a correction.

    Args:
        slot: What kind of thing is corrected: `fact`, `name`, `wikidata` or `class`.
        id_: The fact's or entity's id.
    """
    return stable_id("k", slot, id_)


def short(correction: Correction) -> str:
    """Returns a correction in words: `forbid: Apple — chief executive officer → Tim Cook`."""
    if correction.op == "withdraw":
        return f"withdraw {correction.id}"
    target = correction.object
    name = target.name if isinstance(target, Entity) else target.value if target else correction.wikidata or "none"
    relation = correction.predicate.name if correction.predicate else ""
    subject = correction.subject.name[:MAX_NAME] if correction.subject else ""
    return f"{correction.kind}: {subject} — {f'{relation} → ' if relation else ''}{name}"


def _of_type(target: Entity | Literal_ | None, type_: str) -> bool:
    return isinstance(target, Entity) and target.type == type_
