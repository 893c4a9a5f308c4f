"""The alert that a report would make, and what of the earlier reports bears on it."""

from typing import Literal

from streams.alerts.matching import Match
from streams.alerts.state import DraftedAlert, SeenReport, SeenThing
from streams.alerts.wording import fact_text
from streams.messages.alert_events import MAX_TEXT, MOST_SOURCES, MOST_TRIPLES, Alert, AlertArticle
from streams.messages.base import stable_id
from streams.messages.events import Document, Triple
from streams.messages.voices import voices

LONGEST_SENTENCE = 4000
"""Characters of a sentence in an alert; of a longer one, the beginning."""

MOST_AGAINST = 4
"""Earlier reports that an alert quotes as contradicted."""


def alert_id(watch: str, key: str, value: str = "", *, denied: bool = False) -> str:
    """Returns the id of an alert: the same whoever computes it, and however often.

    Args:
        watch: Name of the watch.
        key: What identifies the thing.
        value: Only for contradictions: the object that is stated.
        denied: Only for contradictions: whether that is denied.
    """
    return stable_id("a", watch, key, value, "denied" if denied else "")


def drafted(match: Match, document: Document, thing: SeenThing) -> DraftedAlert:
    """Returns the draft of the alert on what a document reports.

    Args:
        match: What it reports.
        document: The document.
        thing: All reports of the thing, this one included.
    """
    watch = match.watch
    against = rivals(thing, document.id, match.value, denied=match.denied) if watch.contradicts else []
    earlier = tuple(one.triple for one in against[-MOST_AGAINST:] if one.triple)
    why: Literal["reported", "first", "contradicts"] = "contradicts" if watch.contradicts else "reported"
    alert = Alert(
        id=alert_id(watch.name, match.key, match.value, denied=match.denied),
        watch=watch.name,
        kind=match.kind,
        why="first" if watch.first else why,
        text=f"{match.text} | before: {fact_text(earlier[-1])}"[:MAX_TEXT] if earlier else match.text,
        found_at=document.observed_at,
        article=AlertArticle(
            id=document.id,
            headline=document.headline,
            url=document.url,
            source=document.source,
            published_at=document.published_at,
        ),
        triples=tuple(map(quoted, match.triples[:MOST_TRIPLES])),
        against=tuple(map(quoted, earlier)),
        sources=(document.source or document.id,),
    )
    return DraftedAlert(alert=alert, value=match.value, denied=match.denied)


def sources(thing: SeenThing, draft: DraftedAlert) -> tuple[str, ...]:
    """Returns the publishers that report what a draft is about, in the order in which they did.

    One that publishes a copy of another's report is none.
    """
    said = [one for one in thing.reports if (one.value, one.denied) == (draft.value, draft.denied)]
    first = dict.fromkeys(voices([one.likeness for one in said]))
    return tuple(dict.fromkeys(said[place].source for place in first))[:MOST_SOURCES]


def rivals(thing: SeenThing, document: str, value: str, *, denied: bool) -> list[SeenReport]:
    """Returns the reports of other documents that contradict a value.

    A denial contradicts that it is so. Of a relation with one object at a time, another object does, too.
    """
    return [
        one
        for one in thing.reports
        if one.document != document
        and (
            (one.value == value and one.denied != denied)
            or (one.value != value and one.one_at_a_time and not one.denied and not denied)
        )
    ]


def quoted(triple: Triple) -> Triple:
    """Returns a triple whose sentence is not too long to be sent on."""
    evidence, sentence = triple.evidence, triple.evidence.sentence
    if len(sentence.text) <= LONGEST_SENTENCE:
        return triple
    first = {"text": sentence.text[:LONGEST_SENTENCE], "end": sentence.start + LONGEST_SENTENCE}
    cut = sentence.model_copy(update=first)
    return triple.model_copy(update={"evidence": evidence.model_copy(update={"sentence": cut})})
