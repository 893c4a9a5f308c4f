"""Sentences with facts, few pairs and spans of each annotated: KnowledgeNet, FewRel, Text2KGBench's Wikidata part."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inference.training.text.sources.detokenise import join
from inference.training.text.sources.passages import GoldFact, Judged, Mark, Passage, types
from topology.ontology import Ontology

INVERSE = {
    "P40": "P22|P25",
    "P22": "P40",
    "P25": "P40",
    "P26": "P26",
    "P3373": "P3373",
    "P361": "P527",
    "P527": "P361",
    "P155": "P156",
    "P156": "P155",
    "P749": "P355",
    "P355": "P749",
    "P36": "P1376",
    "P1376": "P36",
    "P710": "P1344",
    "P1344": "P710",
    "P1365": "P1366",
    "P1366": "P1365",
    "P1441": "P674",
    "P674": "P1441",
}
"""What a fact says about the opposite direction; two relations mean that either may hold."""

# property: (relation, subject type, object type)
_KNOWLEDGENET = {
    "CEO": ("P169", "organization", "person"),
    "EMPLOYEE_OR_MEMBER_OF": ("P108|P463|P54", "person", "organization"),
    "PLACE_OF_RESIDENCE": ("P551", "person", "location"),
    "SPOUSE": ("P26", "person", "person"),
    "PLACE_OF_BIRTH": ("P19", "person", "location"),
    "HEADQUARTERS": ("P159", "organization", "location"),
    "CHILD_OF": ("P22|P25", "person", "person"),
    "EDUCATED_AT": ("P69", "person", "organization"),
    "NATIONALITY": ("P27", "person", "location|misc"),
    "DATE_OF_BIRTH": ("P569", "person", "date"),
    "FOUNDED_BY": ("P112", "organization", "person|organization"),
    "POLITICAL_AFFILIATION": ("P102", "person", "organization"),
    "DATE_OF_DEATH": ("P570", "person", "date"),
    "DATE_FOUNDED": ("P571", "organization", "date"),
    "SUBSIDIARY_OF": ("P749", "organization", "organization"),
}
_LOWER = re.compile(r"^[a-z]+$")
_PRONOUN_WORDS = "he she his her him it its they their them who which whose i we my our that this"
_PRONOUNS = frozenset(_PRONOUN_WORDS.split())


def knowledgenet(data: Path, folds: tuple[int, ...], demonyms: frozenset[str]) -> Iterator[Passage]:
    """Yields KnowledgeNet's passages: each is judged for some of 15 properties, over all pairs.

    Pronouns as subject or object are left out of the entities: the model reads names.
    """
    grouped: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for line in (data / "re/knowledgenet/folds-1-3.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["fold"] in folds:
            grouped[row["doc"], row["pstart"]].append(row)
    for (document, start), rows in grouped.items():
        builder = _Builder("knowledgenet", document, rows[0]["text"])
        judged: set[str] = set()
        for row in rows:
            relations, *kinds = _KNOWLEDGENET[row["prop"]]
            judged.update(relations.split("|"))
            if row["s"] is None or row["subj"].lower() in _PRONOUNS or row["obj"].lower() in _PRONOUNS:
                continue
            ends = []
            for (a, b), kind, uri in ((row["s"], kinds[0], row["suri"]), (row["o"], kinds[1], row["ouri"])):
                name = rows[0]["text"][a - start : b - start]
                allowed = types(kind.split("|"))
                if "misc" in allowed:
                    allowed = types(("misc" if name in demonyms else "location",))
                ends.append(builder.entity(a - start, b - start, allowed, uri or name))
            # "employee or member of" could be any of three relations: the pair stays open unless it is a plain one.
            if None not in ends and "|" not in relations:
                builder.fact(ends[0], relations, ends[1])
            elif None not in ends:
                builder.unsure(ends[0], relations.split("|"), ends[1])
        yield builder.passage(judged=types(judged))


def fewrel(data: Path, ontology: Ontology, part: str) -> Iterator[Passage]:
    """Yields FewRel's sentences of relations in the ontology, `val_wiki` or `val_nyt`: one judged pair each."""
    for relation, rows in json.loads((data / f"re/fewrel/{part}.json").read_text(encoding="utf-8")).items():
        spec = ontology.by_id.get(relation)
        if spec is None:
            continue
        for number, row in enumerate(rows):
            text, places = join(row["tokens"], spaced_hyphens=True)
            builder = _Builder(f"fewrel-{part}", f"{relation}-{number // 10}", text)
            ends = [
                builder.entity(places[s[0]][0], places[s[-1]][1], types(kinds), name)
                for (name, _, (s, *_)), kinds in ((row["h"], spec.domain), (row["t"], spec.range))
            ]
            if None not in ends and ends[0] != ends[1]:
                builder.fact(ends[0], relation, ends[1], judge_pair=True)
                yield builder.passage()


def tekgen(data: Path, ontology: Ontology) -> Iterator[Passage]:
    """Yields Text2KGBench wikidata_tekgen sentences whose fact's names are in the sentence verbatim."""
    for path in sorted((data / "re/text2kgbench/wikidata_tekgen/train").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            spec = ontology.by_id.get(row["rel"])
            if spec is None:
                continue
            builder = _Builder("tekgen", row["id"], row["sent"])
            ends = []
            for name, kinds in ((row["sub_label"], spec.domain), (row["obj_label"], spec.range)):
                place = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", row["sent"])
                ends.append(builder.entity(*place.span(), types(kinds), name) if place else None)
            if None not in ends and ends[0] != ends[1]:
                builder.fact(ends[0], row["rel"], ends[1], judge_pair=True)
                yield builder.passage()


class _Builder:
    """Collects the spans and facts of one passage."""

    def __init__(self, source: str, document: str, text: str) -> None:
        self._head = source, document, text
        self._marks: list[Mark] = []
        self._entities: dict[str, list[int]] = {}
        self._facts: list[GoldFact] = []
        self._judged: list[Judged] = []
        self._open: list[tuple[int, tuple[str, ...], int]] = []

    def entity(self, start: int, end: int, kinds: frozenset[str], key: str) -> int | None:
        """Returns the entity's index; None where the span overlaps another one or names nothing."""
        text = self._head[2]
        if not text[start:end].strip() or _LOWER.match(text[start:end]):
            return None
        for index, mark in enumerate(self._marks):
            if (mark.start, mark.end) == (start, end):
                if mark.types & kinds:
                    self._marks[index] = Mark(start, end, mark.types & kinds)
                return next(i for i, members in enumerate(self._entities.values()) if index in members)
            if mark.start < end and start < mark.end:
                return None
        self._entities.setdefault(key, []).append(len(self._marks))
        self._marks.append(Mark(start, end, kinds))
        return list(self._entities).index(key)

    def fact(self, subject: int | None, relation: str, obj: int | None, *, judge_pair: bool = False) -> None:
        """Adds a fact, and its inverse where one follows."""
        if subject is None or obj is None or subject == obj:
            return
        self._facts.append(GoldFact(subject, relation, obj))
        inverse = INVERSE.get(relation, "")
        if inverse and "|" not in inverse:
            self._facts.append(GoldFact(obj, inverse, subject))
        if judge_pair:
            self._judged += [Judged(subject, obj, None), Judged(obj, subject, None)]
            if "|" in inverse:
                self.unsure(obj, inverse.split("|"), subject)

    def unsure(self, subject: int | None, relations: list[str], obj: int | None) -> None:
        """Notes that one of the relations holds, which one is not known."""
        if subject is not None and obj is not None:
            self._open.append((subject, tuple(relations), obj))

    def passage(self, judged: frozenset[str] = frozenset()) -> Passage:
        """Returns what was collected; `judged` relations were decided on for every pair."""
        source, document, text = self._head
        decisions = [*self._judged, *([Judged(-1, -1, judged)] if judged else ())]
        return Passage(
            source,
            document,
            text,
            tuple(self._marks),
            entities=tuple(tuple(members) for members in self._entities.values()),
            facts=tuple(dict.fromkeys(self._facts)),
            judged=tuple(decisions),
            open=tuple(self._open),
        )
