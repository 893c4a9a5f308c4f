"""What was reported, in one line for people."""

from collections.abc import Sequence

from streams.messages.alert_events import MAX_TEXT
from streams.messages.events import Entity, Literal_, Triple
from topology.ontology import Ontology

_SAID = {
    "asserted": "",
    "past": " (no longer)",
    "planned": " (planned)",
    "possible": " (possible)",
    "denied": " (denied)",
}


def fact_text(triple: Triple) -> str:
    """Returns a fact in words: `Acme: chief executive officer Jane Smith (planned)`."""
    said = f"{triple.subject.name}: {triple.predicate.name} {_object(triple)}{_SAID[triple.modality]}"
    return _cut(f"{said}, according to {triple.attributed_to.name}" if triple.attributed_to else said)


def happening_text(class_: str, triples: Sequence[Triple], ontology: Ontology) -> str:
    """Returns a happening in words: `attack (bombed): place Dikwa; number of deaths at least 12 people`.

    Args:
        class_: Its class.
        triples: What is said of it; the first one says the class.
        ontology: Has the classes' names.
    """
    known = ontology.happening_by_id.get(class_)
    head = f"{known.title if known else class_} ({triples[0].subject.name}){_SAID[triples[0].modality]}"
    roles = [f"{triple.predicate.name} {_object(triple)}" for triple in triples[1:]]
    return _cut(f"{head}: {'; '.join(roles)}" if roles else head)


def _object(triple: Triple) -> str:
    target: Entity | Literal_ = triple.object
    if isinstance(target, Entity):
        return target.name
    return " ".join(part for part in (triple.qualifier, target.value, target.unit) if part)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
