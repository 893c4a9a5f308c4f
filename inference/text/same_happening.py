"""Several triggers of one happening: an article says it in the headline and again in the text, or with verb and noun.

"A bomb exploded, killing 12" has two triggers. Readers name one for each happening, and so do we: two triggers of one
class and modality that share what plays a part in them are one, unless something else in them differs. Of the annotated
happenings two in a hundred are so like another of their text that they would be joined with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inference.text.budget import charge
from inference.text.types import Span, TextHappening, TextMention, TextRole

SURE = 0.5
"""Least confidence of a role by which happenings are compared."""

LONGEST = 2000
"""Characters of the longest evidence of a role that comes from another trigger's sentence."""

_TELLING = frozenset({"whom", "what", "where", "killed", "injured"})
"""Roles by which triggers of different sentences may be one happening: the same agent and day have done much else."""

_OF_ONE = ("where", "when", "whom", "what", "killed", "injured", "amount")
"""Roles that differ between two happenings, and not within one."""

_Filler = tuple[str, str, str]
"""A role, and type and name of what fills it."""

_Fillers = dict[str, set[_Filler]]
"""What plays a part in a happening, by role."""


@dataclass(slots=True)
class _Group:
    """Triggers that are one happening, by their places, and what plays a part in them."""

    members: list[int] = field(default_factory=list)
    sentences: set[tuple[str, Span]] = field(default_factory=set)
    fillers: _Fillers = field(default_factory=dict)

    def shares(self, fillers: _Fillers) -> set[str]:
        """Returns the roles in which something plays the same part."""
        return {role for role, others in fillers.items() if not others.isdisjoint(self.fillers.get(role, ()))}

    def contradicts(self, fillers: _Fillers) -> bool:
        """Returns whether something plays another part in it than these."""
        both = (role for role in _OF_ONE if role in fillers and role in self.fillers)
        return any(fillers[role].isdisjoint(self.fillers[role]) for role in both)


def joined(happenings: Sequence[TextHappening], mentions: Sequence[TextMention]) -> tuple[TextHappening, ...]:
    """Returns the happenings with one trigger each, in the order of the text.

    Args:
        happenings: An article's happenings by trigger, in the order of the text.
        mentions: What their roles point at.

    Raises:
        TooCostlyError: The item's budget is spent.
    """
    groups: list[_Group] = []
    found: dict[tuple[str, str, _Filler], int] = {}
    for place, one in enumerate(happenings):
        charge(10 * (1 + len(one.roles)), "joining happenings")
        fillers: _Fillers = {}
        for role in one.roles:
            if role.score >= SURE:
                fillers.setdefault(role.role, set()).add(_filler(role, mentions))
        sentence = one.trigger.field, one.sentence
        keys = [(one.kind, one.modality, filler) for some in fillers.values() for filler in some]
        near = sorted({found[key] for key in keys if key in found})
        number = next((n for n in near if _is_one(groups[n], sentence, fillers)), None)
        if number is None:
            number = len(groups)
            groups.append(_Group())
        group = groups[number]
        group.members.append(place)
        group.sentences.add(sentence)
        for name, some in fillers.items():
            group.fillers.setdefault(name, set()).update(some)
        for key in keys:
            found[key] = number
    whole = [_whole([happenings[n] for n in group.members], mentions) for group in groups]
    return tuple(sorted(whole, key=lambda one: (one.trigger.field != "headline", one.trigger.span.start)))


def _filler(role: TextRole, mentions: Sequence[TextMention]) -> _Filler:
    mention = mentions[role.mention]
    return role.role, mention.type, mention.name


def _is_one(group: _Group, sentence: tuple[str, Span], fillers: _Fillers) -> bool:
    shared = group.shares(fillers)
    if sentence not in group.sentences and shared.isdisjoint(_TELLING):
        return False
    return bool(shared) and not group.contradicts(fillers)


def _whole(group: Sequence[TextHappening], mentions: Sequence[TextMention]) -> TextHappening:
    """Returns one happening with the parts of all: that of the trigger in which most is said, then of the surest."""
    first = max(group, key=lambda one: (sum(role.score >= SURE for role in one.roles), one.score))
    best = {_filler(role, mentions): role for role in first.roles}
    for other in group:
        for role in other.roles if other is not first else ():
            here = _seen_from(first, role, mentions[role.mention])
            key = _filler(role, mentions)
            if here is not None and (key not in best or best[key].score < role.score):
                best[key] = here
    roles = tuple(sorted(best.values(), key=lambda role: (role.mention, role.role)))
    return first if len(group) == 1 else replace(first, roles=roles)


def _seen_from(one: TextHappening, role: TextRole, mention: TextMention) -> TextRole | None:
    """Returns another trigger's role as this happening's; None if it stands in the other field or far away."""
    if mention.field != one.trigger.field:
        return None
    where = role.sentence or mention.span
    sentence = Span(min(where.start, one.sentence.start), max(where.end, one.sentence.end))
    return replace(role, sentence=sentence) if sentence.end - sentence.start <= LONGEST else None
