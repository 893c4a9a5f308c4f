"""Facts about an entity as lists: what holds, what does not, and the pictures that show it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from streams.page.elements import Text, badge, box, counted, day, link, named, none, path, section, when

DEPICTED_IN = "depicted in"
"""The relation from a person to a picture, by its name in the ontology."""

Fact = Mapping[str, Any]

_STANDINGS = {
    "closed": "ended",
    "disputed": "disputed",
    "contradicted": "contradicted",
}


def show(found: Sequence[Fact], own: Collection[str], at: datetime | None) -> None:
    """Shows the facts that hold, and below them those that do not.

    Args:
        found: Facts of `streams.desk.views.facts`.
        own: The ids of the entity and its aliases.
        at: The time that was asked about; None for now.
    """
    stated = [fact for fact in found if not depicts(fact)]
    holding = [fact for fact in stated if fact["holds"]]
    with section(f"Held on {at:%Y-%m-%d}" if at else "Holds"):
        if not holding:
            none("Nothing is known." if at else "Nothing that holds is known.")
        _by_relation(holding, own)
    others = [fact for fact in stated if not fact["holds"]]
    with section("At other times, or in doubt" if at else "Held, or in doubt"):
        if not others:
            none("Nothing.")
        _by_relation(others, own)


def depicts(fact: Fact) -> bool:
    """Returns whether a fact is that a picture shows the entity."""
    return bool(fact["name"] == DEPICTED_IN)


def _by_relation(found: Sequence[Fact], own: Collection[str]) -> None:
    def relation(fact: Fact) -> str:
        return f"{fact['name']} of" if _reversed(fact, own) else str(fact["name"])

    with box("dl", "tw-relations"):
        for name, group in groupby(sorted(found, key=relation), relation):
            Text("dt", name)
            with box("dd"), box("ul", "tw-facts"):
                for same in _together(group, own):
                    with box("li"):
                        _fact(same, own)


def _reversed(fact: Fact, own: Collection[str]) -> bool:
    return fact["subject_id"] not in own


def _other(fact: Fact, own: Collection[str]) -> tuple[str, str | None]:
    """Returns name and id of what a fact links the entity with."""
    if _reversed(fact, own):
        return fact["subject"], fact["subject_id"]
    return fact["object"], fact["object_id"]


def _together(found: Iterable[Fact], own: Collection[str]) -> list[list[Fact]]:
    """Returns facts that only differ by the alias that an article used: the same other end and the same standing."""
    same: dict[tuple[str, str | None, str], list[Fact]] = {}
    for fact in sorted(found, key=lambda one: (-one["count"], one["id"])):
        same.setdefault((_other(fact, own)[0], fact["standing"], day(fact["invalid_at"])), []).append(fact)
    return list(same.values())


def _fact(same: Sequence[Fact], own: Collection[str]) -> None:
    fact = same[0]
    turned = _reversed(fact, own)
    other, id_ = _other(fact, own)
    with box("p", "tw-statement"):
        if id_ and (not turned or str(id_).startswith("e-")):
            link(other, path("entity", id_), "tw-strong")
        else:
            Text("span", other, "tw-strong")
        standing = _STANDINGS.get(fact["standing"] or "", "")
        if standing:
            badge(standing, "ended" if standing == "ended" else "doubt")
        for said in [one["corrected"] for one in same if one["corrected"]][:1]:
            badge(*correction(said))
        Text("span", span_of(fact), "tw-time")
        if fact["closed_by"]:
            Text("span", f"then {fact['closed_by']}", "tw-also")
    what = f"{fact['subject']}, {fact['name']}, {fact['object']}"
    proof(fact["id"], fact["evidence"], fact["count"], what, [one["id"] for one in same[1:]])


def correction(said: Mapping[str, Any]) -> tuple[str, str]:
    """Returns what an editor says of a fact in words, and the kind of badge that shows it."""
    forbidden = said["kind"] == "forbid"
    return f"{'forbidden' if forbidden else 'confirmed'} by {said['by']}", "doubt" if forbidden else "holds"


def span_of(fact: Fact) -> str:
    """Returns since when a fact holds and until when it held: `since 2011-08-24`, `2011-08-24 to 2026-05-04`."""
    until = fact["invalid_at"]
    if until is None:
        return f"since {day(fact['since'])}"
    last = f"{day(until)} at the latest" if fact["at_latest"] else day(until)
    return f"{day(fact['since'])} to {last}"


def proof(id_: str, sentences: Sequence[Mapping[str, Any]], count: int, what: str, others: Sequence[str] = ()) -> None:
    """Shows the best sentence for a fact or claim, and leads to all of its evidence.

    Args:
        id_: The fact's or claim's id.
        sentences: The sentences, the best one first.
        count: How many pieces of evidence count.
        what: The fact in words, for those who do not see where the link stands.
        others: Ids of facts that say the same under another name.
    """
    with box("p", "tw-sentence"):
        if sentences and sentences[0]["sentence"]:
            Text("q", sentences[0]["sentence"])
            if sentences[0]["source"]:
                Text("span", sentences[0]["source"], "tw-source")
            when(sentences[0]["seen_at"])
        pieces = f"{counted(count, 'piece')} of evidence"
        link(pieces, path("evidence", id_), label=f"{pieces}: {what}")
        for number, other in enumerate(others, 1):
            link("under another name", path("evidence", other), label=f"under another name, {number}: {what}")


def pictures(found: Sequence[Fact]) -> None:
    """Shows the pictures that an entity is depicted in; nothing if there is none."""
    shown = [fact for fact in found if depicts(fact) and fact["holds"] and fact["evidence"]]
    if not shown:
        return
    with section("Pictures"), box("ul", "tw-pictures"):
        for fact in shown:
            with box("li"), named(box("a", href=path("evidence", fact["id"])), aria_label=f"Picture: {fact['object']}"):
                picture = fact["evidence"][0]["article"]
                box("img", src=path("media", picture), alt=str(fact["object"]), loading="lazy")
                Text("span", fact["object"])
