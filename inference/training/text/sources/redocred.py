"""Re-DocRED: Wikipedia abstracts with every mention typed and every relation of 96 Wikidata properties judged."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from inference.training.text.sources.detokenise import join
from inference.training.text.sources.passages import GoldFact, Judged, Mark, Passage, types

_TYPES = {"PER": "person", "ORG": "organization", "LOC": "location", "TIME": "date", "NUM": "quantity"}
_ALL = types((*_TYPES.values(), "event", "work", "product", "misc"))
_OPEN = types(("event", "work", "product", "misc"))

# What a relation says about the type of a MISC entity that is its subject or object.
_SUBJECT = {
    **dict.fromkeys(("P57", "P161", "P58", "P162", "P272", "P175", "P86", "P264", "P50", "P577"), "work"),
    **dict.fromkeys(("P674", "P449", "P123", "P136", "P676", "P364", "P840"), "work"),
    **dict.fromkeys(("P710", "P585"), "event"),
    "P176": "product",
}
_OBJECT = {
    **dict.fromkeys(("P800", "P1441"), "work"),
    **dict.fromkeys(("P607", "P1344"), "event"),
    **dict.fromkeys(("P166", "P37", "P1412", "P364", "P140", "P172"), "misc"),
    "P1056": "product",
}
_EVENT_NAME = re.compile(
    r"\b(War|Wars|Battle|Cup|Olympics|Games|Championships?|Elections?|Festival|Revolution|Rebellion|Siege|Crisis|"
    r"Massacre|Operation|Campaign|Tournament|Grand Prix|Conference|Expo|Uprising|Offensive|Invasion|Tour|Super Bowl)\b"
)


def redocred(data: Path, part: str, demonyms: frozenset[str]) -> Iterator[Passage]:
    """Yields the documents of a part, `dev` (trained on) or `test` (reported only)."""
    path = data / f"re/redocred/{part}_revised.json"
    for number, document in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        yield _passage(f"redocred-{part}", number, document, demonyms)


def within_sentences(passage: Passage) -> Passage:
    """Returns the passage with only those facts that one sentence states: one that its annotators took for evidence.

    What follows from several sentences, or from the world, teaches a model to guess: such a fact is left open.
    """
    stated, unsure = [], list(passage.open)
    for fact in passage.facts:
        ends = [[passage.marks[m] for m in passage.entities[entity]] for entity in (fact.subject, fact.object)]
        where = tuple(span for span in fact.where if all(any(_in(mark, span) for mark in marks) for marks in ends))
        if where:
            stated.append(replace(fact, where=where))
        else:
            unsure.append((fact.subject, (fact.relation,), fact.object))
    return replace(passage, facts=tuple(stated), open=tuple(unsure))


def _in(mark: Mark, span: tuple[int, int]) -> bool:
    return span[0] <= mark.start and mark.end <= span[1]


def _passage(source: str, number: int, document: dict[str, Any], demonyms: frozenset[str]) -> Passage:
    tokens = [token for sentence in document["sents"] for token in sentence]
    text, places = join([t if t.strip() else "_" for t in tokens], spaced_hyphens=True)
    first = [0]
    for sentence in document["sents"]:
        first.append(first[-1] + len(sentence))
    entity_types = _split_misc(document)

    marks: list[Mark] = []
    entities: list[tuple[int, ...]] = []
    taken: set[int] = set()
    for entity, kinds in zip(document["vertexSet"], entity_types, strict=True):
        members: list[int] = []
        for mention in sorted(entity, key=lambda m: (m["sent_id"], m["pos"][0])):
            a, b = (first[mention["sent_id"]] + p for p in mention["pos"])
            if a >= b or taken & set(range(a, b)):
                continue
            taken |= set(range(a, b))
            span = places[a][0], places[b - 1][1]
            members.append(len(marks))
            marks.append(Mark(*span, types(("misc",)) if text[slice(*span)] in demonyms else kinds))
        entities.append(tuple(members))
    ends = [*(places[f][0] for f in first[:-1]), len(text)]
    facts = tuple(
        GoldFact(r["h"], r["r"], r["t"], tuple((ends[s], ends[s + 1]) for s in r.get("evidence") or ()))
        for r in document["labels"]
    )
    return Passage(source, str(number), text, tuple(marks), _ALL, (), tuple(entities), facts, (Judged(-1, -1, None),))


def _split_misc(document: dict[str, Any]) -> list[frozenset[str]]:
    """Returns each entity's possible types; MISC is narrowed by its relations and its name."""
    kinds: list[frozenset[str]] = []
    for entity in document["vertexSet"]:
        kind = entity[0]["type"]
        if kind != "MISC":
            kinds.append(types((_TYPES[kind],)))
        elif any(_EVENT_NAME.search(m["name"]) for m in entity):
            kinds.append(types(("event",)))
        else:
            kinds.append(_OPEN)
    for relation in document["labels"]:
        for side, table in (("h", _SUBJECT), ("t", _OBJECT)):
            if kinds[relation[side]] == _OPEN and relation["r"] in table:
                kinds[relation[side]] = types((table[relation["r"]],))
    return kinds
