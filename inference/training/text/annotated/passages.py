"""Annotated news as training passages: what a reader wrote down of each headline and each body.

The service reads headline and body apart, so they are two passages here. A fact belongs where its two names stand
nearest to each other; elsewhere nobody decided whether the words state it again. A happening belongs where its trigger
stands. It has one, so a headline whose happening the body names has none to find.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from inference.training.text.annotated.reading import AnnotatedEntity, AnnotatedFact, AnnotatedText, Part, annotated
from inference.training.text.sources.passages import NAMED, GoldFact, GoldHappening, Judged, Mark, Passage, types
from topology.ontology import HAPPENING

LABELLED = types((*NAMED, "office", HAPPENING))
"""Readers marked every name, office and happening; dates and numbers only where they play a part."""
IMPLIED = {"P6": ("P35", "P27", "P39"), "P35": ("P6", "P27", "P39"), "P17": ("P131", "P276"), "P131": ("P17", "P276")}
"""What may hold as well where a relation is stated, but was written down once."""

_KNOWN = types((*LABELLED, "date", "quantity"))
_Span = tuple[int, int]


def annotated_news(data: Path, parts: Sequence[Part]) -> Iterator[Passage]:
    """Yields the headlines and bodies of these parts.

    Raises:
        FileNotFoundError: The data folder has no feeds.
        TextMismatchError: A text is missing or is another one.
    """
    for part in parts:
        for text in annotated(data, part):
            body = len(text.headline) + 1
            for start, end in ((0, body - 1), (body, len(text.text))):
                if text.text[start:end].strip():
                    yield _passage(text, start, end)


def _passage(text: AnnotatedText, start: int, end: int) -> Passage:
    marks: list[Mark] = []
    spans = sorted(
        (mention.start, mention.end, index, mention.form)
        for index, entity in enumerate(text.entities)
        for mention in entity.mentions
        if start <= mention.start < mention.end <= end
    )
    members: dict[int, list[int]] = {}
    silent: list[_Span] = []
    last = start
    for first, stop, index, form in spans:
        entity = text.entities[index]
        if form == "anaphor" or first < last or entity.type not in _KNOWN:
            # "The company" names nothing; what overlaps another name, or is of a type of its own, may.
            silent += [(first - start, stop - start)] if form != "anaphor" else []
            continue
        last = stop
        members.setdefault(index, []).append(len(marks))
        kind = "misc" if form == "adjective" and entity.type == "location" else entity.type
        marks.append(Mark(first - start, stop - start, types((kind,))))
    place = {index: number for number, index in enumerate(members)}
    facts, unsure = [], []
    for fact in text.facts:
        ends = place.get(fact.subject), place.get(fact.object)
        if ends[0] is None or ends[1] is None:
            continue
        where = _nearest(text, fact)
        stated = not fact.implied and where is not None and start <= where[0] and where[1] <= end
        if stated and where is not None:
            span = where[0] - start, where[1] - start
            facts.append(GoldFact(ends[0], fact.relation, ends[1], (span,), fact.modality))
            unsure += [
                (ends[0], IMPLIED.get(fact.relation, ()), ends[1]),
                (ends[1], IMPLIED.get(fact.relation, ()), ends[0]),
            ]
        else:
            unsure.append((ends[0], (fact.relation,), ends[1]))
    for index, entity in enumerate(text.entities):
        whose = place.get(entity.of) if entity.of is not None else None
        if entity.type == "office" and index in place and whose is not None:
            facts.append(GoldFact(place[index], "P1001", whose, (), "asserted"))
    stated_ones = {(fact.subject, fact.relation, fact.object) for fact in facts}
    return Passage(
        "annotated",
        f"{text.id}{'' if start else '/headline'}",
        text.text[start:end],
        tuple(marks),
        LABELLED,
        entities=tuple(map(tuple, members.values())),
        facts=tuple(facts),
        judged=(Judged(-1, -1, None),),
        open=tuple(
            (a, tuple(r for r in relations if (a, r, b) not in stated_ones), b)
            for a, relations, b in unsure
            if relations
        ),
        silent=tuple(silent),
        happenings=tuple(
            GoldHappening(
                happening.kind,
                (happening.trigger[0] - start, happening.trigger[1] - start),
                happening.modality,
                tuple((role, place[filler]) for role, filler in happening.roles if filler in place),
            )
            for happening in text.happenings
            if start <= happening.trigger[0] and happening.trigger[1] <= end
        ),
    )


def _nearest(text: AnnotatedText, fact: AnnotatedFact) -> _Span | None:
    """Returns the characters from one name to the other where they stand nearest to each other, in one field."""
    body = len(text.headline) + 1

    def places(entity: AnnotatedEntity) -> list[_Span]:
        return [(mention.start, mention.end) for mention in entity.mentions if mention.form != "anaphor"]

    found = [
        (max(b[0] - a[1], a[0] - b[1]), min(a[0], b[0]), max(a[1], b[1]))
        for a in places(text.entities[fact.subject])
        for b in places(text.entities[fact.object])
        if (a[0] < body) == (b[0] < body)
    ]
    return min(found)[1:] if found else None
