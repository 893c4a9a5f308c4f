"""Report `cases`: small texts, each of one kind of difficulty, with what must be read in them and what must not."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inference.evaluation.local_client import local_extractor, version_folder
from inference.evaluation.report import Context, Report, Table
from inference.evaluation.text.news_scoring import INVERSE
from inference.text.types import TextDocument, TextExtraction
from streams.messages.events import Article, Literal_, Triple
from streams.news.articles import text_of
from streams.news.reading import read
from streams.news.thresholds import Thresholds
from topology.ontology import Ontology, load_ontology
from topology.settings import settings

CASES = Path(__file__).with_name("cases.jsonl")
QUICK = 20
COLUMNS = {True: "fixed with", False: "afterwards"}

ABOUT = (
    "Each case is a text of one to three sentences written for this project, of one kind of difficulty: a denial, a "
    "former holder, two people in one sentence. It passes if the facts that it states are read, none that it does not "
    "state, and none as holding that it says is over. Names count if one has all the words of the other. The rules "
    "for wordings and modalities were fixed with those that are called so: these guard against regressions. Others, "
    "if there are any, were written afterwards, by somebody who knew neither these nor the rules."
)
_WORD = re.compile(r"[\w']+")
_UNSEEN = str.maketrans({"\u00ad": "", "\u200b": "", "\u00a0": " ", "’": "'", ".": ""})  # noqa: RUF001
_TITLE = re.compile(r"^(?:the|dr|mr|ms|mrs|sir|prof) ")


@dataclass(frozen=True, slots=True)
class Case:
    """A text with what it states.

    Attributes:
        known: Whether the rules were fixed with it.
        must: Facts that are to be read, each as subject, relation and object.
        must_not: Facts that are not to be read.
        over: Facts that are not to be read as holding.
        exact: Whether a name counts only as it is written.
    """

    id: str
    kind: str
    known: bool
    article: Article
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    over: tuple[str, ...]
    exact: bool


def cases(path: Path = CASES) -> list[Case]:
    """Returns the cases."""
    return [_case(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def _case(line: Mapping[str, Any]) -> Case:
    return Case(
        line["id"],
        line["kind"],
        line["known"],
        Article.model_validate({"id": line["id"], **line["article"]}),
        tuple(line.get("must", ())),
        tuple(line.get("must_not", ())),
        tuple(line.get("not_current", ())),
        line.get("exact", False),
    )


def evaluate(context: Context) -> Report:
    """Reads every case with the shipped model."""
    chosen = cases()[:QUICK] if context.quick else cases()
    ontology = load_ontology(settings().ontology)
    passed = {case.id: not faults(case, triples, ontology) for case, triples in zip(chosen, _read(chosen), strict=True)}
    groups = {"with which the rules were fixed": True, "written afterwards": False}
    rows: list[tuple[Any, ...]] = []
    for title, known in groups.items():
        some = [case for case in chosen if case.known is known]
        if not some:
            continue
        good = sum(passed[case.id] for case in some)
        rows.append((title, len(some), good, good / len(some)))
        context.log(f"{title}: {good} of {len(some)} pass")
    of_kind = {known: Counter(case.kind for case in chosen if case.known is known) for known in groups.values()}
    good_of_kind = {
        known: Counter(case.kind for case in chosen if case.known is known and passed[case.id])
        for known in groups.values()
    }
    there = [known for known in groups.values() if of_kind[known]]
    kinds = sorted(
        {case.kind for case in chosen},
        key=lambda kind: ([good_of_kind[known][kind] - of_kind[known][kind] for known in reversed(there)], kind),
    )
    return Report(
        "Small cases by kind of difficulty",
        ABOUT,
        (f"inference/evaluation/text/small/cases.jsonl: {len(chosen)} cases",),
        [
            Table("All kinds", ("cases", "number", "pass", "share"), rows),
            Table(
                "By kind",
                ("kind", *(column for known in there for column in (COLUMNS[known], "pass"))),
                [
                    (kind, *(count for known in there for count in (of_kind[known][kind], good_of_kind[known][kind])))
                    for kind in kinds
                ],
            ),
        ],
    )


def _read(chosen: Sequence[Case]) -> list[Sequence[Triple]]:
    ontology, least, now = load_ontology(settings().ontology), Thresholds.of(settings()), datetime.now(UTC)
    texts = [text_of(case.article) for case in chosen]
    extractor = local_extractor(version_folder(settings().models))
    documents: list[TextDocument] = [text for text in texts if text is not None]
    found: list[TextExtraction] = asyncio.run(extractor.extract(documents))
    return [
        read(case.article, extraction, ontology, now, least).triples
        for case, extraction in zip(chosen, found, strict=True)
    ]


def faults(case: Case, triples: Iterable[Triple], ontology: Ontology) -> list[str]:
    """Returns what is wrong with what was read in a case."""
    triples = list(triples)
    said = [triple for triple in triples if triple.modality in {"asserted", "past"}]
    holds = [triple for triple in said if triple.modality == "asserted" and triple.until is None]
    names = {relation.id: relation.name for relation in ontology.relations}
    pairs = [(one, other) for pair in INVERSE.items() for one, other in (pair, pair[::-1])]
    inverse = {names[one]: names[other] for one, other in pairs if one in names and other in names}
    missed = [f"missed: {fact}" for fact in case.must if not _has(fact, said, inverse, exact=case.exact)]
    wrong = [f"said: {fact}" for fact in case.must_not if _has(fact, said, inverse, exact=case.exact, apart=case.must)]
    return [*missed, *wrong, *(f"holds: {fact}" for fact in case.over if _has(fact, holds, inverse, exact=case.exact))]


def _has(
    fact: str, triples: Sequence[Triple], inverse: Mapping[str, str], *, exact: bool, apart: Sequence[str] = ()
) -> bool:
    """Returns whether a fact is among triples; those that say one of the facts in `apart` are another fact."""
    subject, relation, object_ = fact.split(" | ")
    both = [(subject, relation, object_), (object_, inverse.get(relation, ""), subject)]
    others = [(_plain(s), r, _plain(o)) for s, r, o in (other.split(" | ") for other in apart)]
    for triple in triples:
        ends = triple.subject.name, _name(triple.object)
        for one, name, other in both:
            if (
                triple.predicate.name == name
                and _same(ends[0], one, exact=exact)
                and _same(ends[1], other, exact=exact)
            ):
                said = (_plain(ends[0]), name, _plain(ends[1]))
                if not any(said == (_plain(s), r, _plain(o)) for s, r, o in others):
                    return True
    return False


def _name(object_: Any) -> str:
    return object_.value if isinstance(object_, Literal_) else str(object_.name)


def _same(found: str, wanted: str, *, exact: bool) -> bool:
    one, other = _plain(found), _plain(wanted)
    if exact or one == other:
        return one == other
    words, others = set(_WORD.findall(one)), set(_WORD.findall(other))
    return bool(words and others) and (words <= others or others <= words)


def _plain(name: str) -> str:
    return _TITLE.sub("", re.sub(r"\s+", " ", name.translate(_UNSEEN).lower()).strip())
