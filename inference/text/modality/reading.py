"""The modality of one relation, from the words around its two names.

Careful on purpose: a cue counts only within the clause that joins the names, and in its place there: "not" between the
names denies the link, "will" needs a verb that can make it, "former" must stand in the title of one of them. What no
cue marks is asserted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from inference.text.modality import words
from inference.text.modality.clause import EITHER, OBJECT, SUBJECT, Clause, clause_of
from inference.text.modality.terms import Term, is_after, term_of
from inference.text.types import Span

Modality = Literal["asserted", "past", "planned", "possible", "denied"]

MODALITIES: tuple[Modality, ...] = ("asserted", "past", "planned", "possible", "denied")

CLAIMS: frozenset[str] = frozenset({"planned", "possible", "denied"})
"""What somebody plans, supposes or denies makes a claim and no fact."""

VERSION = "5"
"""Version of these rules. Part of an article's revision, so that other rules read its text anew."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words around two names say about the fact between them.

    Attributes:
        modality: One of `MODALITIES`.
        since: From when it holds, as ISO 8601 day, month or year; "" if the text does not say.
        until: Until when.
    """

    modality: Modality = "asserted"
    since: str = ""
    until: str = ""


ASSERTED = Reading()


def read_modality(
    text: str,
    subject: Span,
    object_: Span,
    published: date | None = None,
    *,
    can_end: bool = True,
    of_fiction: bool = False,
    of_kin: bool = False,
    of_office: bool = False,
) -> Reading:
    """Returns the modality of a relation and the term for which it holds.

    Args:
        text: The sentence, or the sentences from the first name to the second.
        subject: The subject's characters in it.
        object_: The object's.
        published: When the article was published.
        can_end: Whether a fact of the relation can end; a place of birth is nobody's former one.
        of_fiction: Whether the relation is one to a work of fiction: who plays a king is no king, but does play him.
        of_kin: Whether it is kinship, which is said in passing: "Her sister, Ann Lee, is not a member".
        of_office: Whether it is who leads something, which may be: "The bank has not paid its chairman, Ann Lee".
    """
    clause = clause_of(text, subject, object_)
    if clause is None:
        return ASSERTED
    if of_kin:
        clause = replace(clause, after="")
    in_passing = of_office and _is_in_passing(clause)
    # "The mayor of York, Ann Lee, will resign on Friday": she is the mayor until then.
    named = of_office and (in_passing or _granted(clause) or words.APPOSED.fullmatch(clause.between) is not None)
    term = term_of(clause, published, ahead=not named) if can_end else Term()
    read = _without_parts(clause) if of_fiction else clause
    for modality, applies in _ORDER:
        if (can_end or modality != "past") and (modality == "past" or not in_passing) and applies(read):
            if modality == "past":
                return Reading("past", term.since, term.until)
            return Reading(modality, term.since)
    return _dated(term, published)


def takes_up(text: str, subject: Span, object_: Span) -> bool:
    """Returns whether the words right after one of the names put it into office: what they state has begun."""
    if any(words.PUT_IN.match(text, name.end) for name in (subject, object_)):
        return True
    clause = clause_of(text, subject, object_)
    return clause is not None and bool(words.BEGUN.search(clause.between))


def in_two_sentences(text: str, one: Span, other: Span) -> bool:
    """Returns whether a sentence ends between two names."""
    return _SENTENCE_END.search(text, min(one.end, other.end), max(one.start, other.start)) is not None


def is_refuted(text: str, subject: Span, object_: Span, following: str) -> bool:
    """Returns whether the next sentence says that what somebody claims in this one is untrue."""
    if not words.NEXT_UNTRUE.match(following):
        return False
    clause = clause_of(text, subject, object_)
    return clause is not None and words.NAMED_BY.search(clause.before) is not None


def is_apposed(text: str, subject: Span, object_: Span, *, of_office: bool = False) -> bool:
    """Returns whether one of the names is said in passing to be what the relation says: "Ann Lee, the head of Acme"."""
    clause = clause_of(text, subject, object_)
    if clause is None:
        return False
    return words.APPOSED.fullmatch(clause.between) is not None or (of_office and _is_in_passing(clause))


def stays(text: str, subject: Span, object_: Span) -> bool:
    """Returns whether it is said between two names that all stays as it is: "Ann Lee will remain mayor of York"."""
    clause = clause_of(text, subject, object_)
    return clause is not None and words.REMAINS.search(clause.between) is not None


def sets_apart(text: str, subject: Span, object_: Span) -> bool:
    """Returns whether somebody else is ruled out between two names: "Ann Lee, not Bo Moe, owns Acme"."""
    start, end = min(subject.end, object_.end), max(subject.start, object_.start)
    return _CONTRAST.match(text, start, max(start, end)) is not None


def _is_in_passing(clause: Clause) -> bool:
    """Returns whether an apposition gives the second name its office, whatever the clause itself says or denies."""
    return clause.after[:1] in {"", ",", ".", ")"} and words.OFFICE_IN_PASSING.search(clause.between) is not None


def _without_parts(clause: Clause) -> Clause:
    """Returns a clause without the words by which somebody plays a part."""
    before, between = (words.FICTION.sub(" ", part) for part in (clause.before, clause.between))
    after = words.FICTION_AFTER.sub(" ", clause.after)
    return replace(clause, before=before, between=between, after=after, of_fiction=True)


def _dated(term: Term, published: date | None) -> Reading:
    """Returns the modality of what no word marks: a term that is over is past, one that has not begun is a plan."""
    if is_after(term.since, published):
        return Reading("planned", term.since, term.until)
    if term.until and not is_after(term.until, published):
        this = published is not None and term.until == published.isoformat()[: len(term.until)]
        if not this or len(term.until) == len("2026-01-01"):
            return Reading("past", term.since, term.until)
    return Reading("asserted", term.since, term.until)


def _granted(clause: Clause) -> bool:
    """Returns whether one noun phrase holds both names, so that what is said before it is about something else.

    A bare title after a name is said of it ("named Ann Lee chief of Acme"), unless a comma or the country's adjective
    makes it a part of the name.
    """
    between = clause.between[1:-1]
    if not words.TIGHT.fullmatch(between) or (between[:1] == " " and words.JOINS.search(between)):
        return False
    return between.lstrip()[:1] in {",", "(", "'", "\u2019"} or " of " not in f"{between} "


def _denied(clause: Clause) -> bool:
    if words.TURNED_DOWN.search(clause.between) and words.PLANNED.search(clause.between):
        return False
    # What the sentence before denies is not what joins the names.
    linking = _linking(clause)
    between = words.NOT.search(linking)
    if between and not re.match(r".{0,40}\bno longer\b", linking[between.start() :]):
        return True
    if len(linking) < len(clause.between) and words.NOT_NEXT.match(clause.after):
        return True
    if _called_untrue(clause):
        return True
    taken_for_granted = _granted(clause) and clause.between[1:2] != ","
    if _NOT_HE.search(clause.before) and not (taken_for_granted or words.APPOSED.fullmatch(clause.between)):
        return True
    return bool(words.NOT_AFTER.search(clause.after)) or (
        not _granted(clause)
        and not _OWN_CLAUSE.match(clause.between[1:])
        and bool(words.NOT_BEFORE.search(clause.near_before))
    )


def _linking(clause: Clause) -> str:
    """Returns the words between the names that belong to the clause of the second one."""
    return _NEW_CLAUSE.split(_SENTENCE_END.split(clause.between)[-1])[-1]


def _called_untrue(clause: Clause) -> bool:
    """Returns whether somebody's claim of it is called untrue; what a noun phrase takes for granted nobody claims."""
    if words.UNTRUE_BEFORE.search(clause.before):
        return True
    if _granted(clause) or words.APPOSED.fullmatch(clause.between):
        return False
    return bool(words.UNTRUE_CALLED.search(clause.near_before)) or bool(
        words.IS_UNTRUE.match(clause.after) and words.NAMED_BY.search(clause.before)
    )


def _possible(clause: Clause) -> bool:
    if clause.question and (_ASKED.match(clause.before) or not _granted(clause)):
        return True
    near = _near(clause)
    return bool(
        words.POSSIBLE.search(near)
        or words.FICTION.search(near)
        or (not clause.of_fiction and words.ON_SCREEN.search(clause.near_before + clause.between))
        or (not clause.of_fiction and words.SEEN_AS.search(clause.near_before + clause.between + clause.after[:60]))
        or (not _granted(clause) and words.POSTED.search(clause.before))
        or (words.FICTION_AFTER.match(clause.after) and words.OF_THE_STAGE.search(clause.before + clause.between))
        or re.match(r"\W*if\b", clause.before, re.IGNORECASE)
    )


def _planned(clause: Clause) -> bool:
    near = _near(clause)
    title = clause.before[-60:] + clause.between
    if any(not re.search(r"\band\b", title[match.end() :]) for match in words.PLANNED_HEAD.finditer(title)):
        return True
    return bool(words.WILL.search(near) or words.PLANNED.search(near))


def _near(clause: Clause) -> str:
    """Returns the words that may say of the link what it is: those between the names, and what leads up to them."""
    linking = _NEW_CLAUSE.split(clause.between)[-1]
    near = (
        linking
        if linking != clause.between or _granted(clause) or _OWN_CLAUSE.match(clause.between[1:])
        else (clause.near_before + clause.between)
    )
    # "Acme and Beta plan to merge": the verb of two names that stand side by side follows them.
    return near + clause.after[:60] if clause.between[1:-1].strip() in {"and", "&"} else near


def _past(clause: Clause) -> bool:
    whole = clause.whole if len(clause.before) < _MOST else clause.before[-_MOST:] + clause.between + clause.after
    return (
        _former(clause)
        or ends(whole)
        or bool(words.HELD_ONCE.search(_linking(clause)) or words.WAS_OFFICE.search(clause.between))
        or bool(re.match(rf"{EITHER},\s", clause.between) and words.LEFT_BEFORE.search(clause.before))
        or bool(words.YEARS_BEFORE.search(clause.before) and words.MOVED_ON.search(clause.between + clause.after[:40]))
        or bool(words.BEFORE_THAT.search(clause.between) or words.UNTIL_LATELY.match(clause.after))
        or bool(words.NO_LONGER_BEFORE.search(clause.near_before))
        or bool(re.match(r"[^,.;]{0,40}\bany ?more\b", clause.after))
        or any(_left(match, clause) for match in words.MOVED_FROM.finditer(whole))
        or bool(words.SIGNED_FROM.search(whole))
    )


_NOT_HE = re.compile(r"(?:^|[,:]\s+|\b(?:and|but|is|was|are|were)\s+)[Nn]ot\s+(?:the\s+)?$")
_NEW_CLAUSE = re.compile(r";\s+|[:\u2014]\s+(?=(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey)\b)")
_ASKED = re.compile(r"\W*(?:is|are|was|will|could|should|did|does|has|would|can)\b", re.IGNORECASE)
_OWN_CLAUSE = re.compile(r"(?:\s+[a-z-]+){0,3},\s+(?:of\s+which|which|who|whose)\b")
"""A relative clause of the first name: what is said before that name is about something else."""

_CONTRAST = re.compile(r",\s+(?i:not|rather\s+than|unlike|instead\s+of)\s+[^,;:.]{1,80},")

_SENTENCE_END = re.compile(
    r"(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})(?<!\bProf)(?<!\bCapt)(?<!\bSept)(?<!\bCorp)(?<!\bSupt)(?<!\bInsp)"
    r"[.!?][\"'”’]?\s+(?=[^\s\d])"  # noqa: RUF001
)
_LATE = re.compile(r"\b(?:late|deceased)\b", re.IGNORECASE)
_MOST = 300


def _left(match: re.Match[str], clause: Clause) -> bool:
    """Returns whether what a move left behind is one of the two names, and the other one is not where it went."""
    named = match.group(1) or match.group(2)
    return clause.between.startswith(named) or clause.between.endswith(named)


def _former(clause: Clause) -> bool:
    """Returns whether one name is called a former holder of what the other one stands for."""
    whole = clause.whole
    for match in words.FORMER_BEFORE.finditer(whole):
        other = SUBJECT if match.group(2) == OBJECT else OBJECT
        place = whole.find(other)
        # "Former Orbital chief Ann Lee", "Orbital's former chief Ann Lee"; in "the former chief Ann Lee joined
        # Stellar" the verb begins something new.
        if place < match.end() or _LATE.search(match.group(0)) or not _begins(whole[match.end() : place]):
            return True
    for match in (*words.FORMER_AFTER.finditer(whole), *words.ONCE_AFTER.finditer(whole)):
        other = SUBJECT if match.group(1) == OBJECT else OBJECT
        place = whole.find(other)
        if place < match.start() or not re.search(r"[,;]", whole[match.end() : place]):
            return True
    return False


def ends(whole: str) -> bool:
    """Returns whether a verb ends the fact for one of the names."""
    for pattern in (words.ENDED, words.WAS_ENDED, words.REMOVED, words.OWN_END, words.LEFT, words.CLOSED):
        for match in pattern.finditer(whole):
            other = SUBJECT if match.group(1) == OBJECT else OBJECT
            place = whole.find(other)
            cue = match.group(0)
            verb = match.start() if pattern is words.REMOVED else match.start() + len(cue) - len(cue.split()[-1])
            if words.FORESEEN.search(whole[max(0, verb - 40) : verb]):
                continue
            if place > match.end() and words.TAKES_UP.search(whole[match.end() : place]):
                continue
            return True
    return False


def _begins(between: str) -> bool:
    """Returns whether the words from one name to the other say more than a title does."""
    # Where the sentence ends first, only the title can have joined the names.
    own = re.split(r"\.\s", between, maxsplit=1)[0]
    return bool(_VERB.search(own))


_VERB = re.compile(r"\b[a-z]+(?:ed|s|ing)\b|\b(?:met|said|told|led|won|is|was|has|had|became|took)\b")

_ORDER: tuple[tuple[Modality, Callable[[Clause], bool]], ...] = (
    ("denied", _denied),
    ("past", _past),
    ("possible", _possible),
    ("planned", _planned),
)
"""The first that applies: "rejected the nomination" is a denial, "former minister tipped as" no candidacy for the old
office, and "may be named" no plan."""
