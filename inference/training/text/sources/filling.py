"""Writes patterns into one text, with names in their slots, and keeps what is marked and stated.

What stands in the text is written as an editor would: "an" before a vowel, capitals where a sentence begins, "the"
before the names that take it.
"""

import re
from dataclasses import dataclass, field
from random import Random

from inference.training.text.sources.facts import INVERSE
from inference.training.text.sources.names import pools
from inference.training.text.sources.names.numbers import is_number
from inference.training.text.sources.names.pools import Name
from inference.training.text.sources.passages import NAMED, GoldFact, Judged, Mark, Passage, types
from inference.training.text.sources.pattern_bank import Pattern, Piece
from inference.training.text.sources.templates import IMPLIED

OFFICE = "office"
_SYMMETRIC = frozenset(relation for relation, other in INVERSE.items() if relation == other)
_ALSO_IMPLIED: dict[str, tuple[str, ...]] = {"P749": ("P127", "P361"), "P127": ("P463",), "P176": ("P127",)}

_QUOTED_WORKS = 0.3
_NAMESAKES = 0.04
"""How often two persons who have nothing to do with each other bear one family name."""
_DRAWS = 60

_BEGINS = re.compile(r'(?:^|[.!?]["”)]?\s+|\n)["“(]*$')
_VOWEL = re.compile(r"(?![Ee]u|[Uu]ni|[Uu]se|[Oo]ne\b|[Uu]k|[Uu]r[aou]|U\.?S|U\.?K|UA|UN)[aeiouAEIOUÁÉÍÓÚÅÄÖÜÉİŌ]|8|1[18]\b|FBI|FC |HMS|MV |NBA|NHL|NFL|RAF|SC ")
_HE, _SHE = re.compile(r"\b(?:he|his|him|himself)\b", re.IGNORECASE), re.compile(r"\b(?:she|her|herself)\b", re.IGNORECASE)
_NO_ARTICLE = re.compile(
    r"(?:\b(?:a|an|the|its|his|her|their|our|my|your|this|no|every|another|new|former|old|group|party|union|agency|ship|"
    r"ferry|yacht|drug|film|militia|movement|team|club|charity|organi[sz]ation|regulator|airline|company|bank|newspaper|"
    r"paper|daily|magazine|festival|award|league|rebels|militants|operator|broadcaster|watchdog|called|named|next|last|"
    r"\w+(?:ese|ish))|[’']s|s[’']|\(|[A-ZÀ-Ž][\w.-]*)\s*$"
)
_MENTIONED_BY_NAME = {"person", "country", "demonym"}
_TIMES = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|ago|week|weeks|month|months|year|years|decade|decades|century|morning|"
    r"afternoon|evening|night|noon|midnight|dawn|hours?|minutes?|days?|spring|summer|autumn|winter|weekend|season|"
    r"Christmas|Easter|January|February|March|April|May|June|July|August|September|October|November|December|"
    r"\w+day|time|now|recently|later|earlier|dusk|daily|annual|era|age|\d{4}s?)\b"
)
_COUNTS = re.compile(
    r"\d|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|twice|double|"
    r"once|both|pair|first|second|several|few|many|most|couple|percent|life)\b",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<=[a-z,;)\d] )[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*")
_NO_NAME = re.compile(r"I\b|I'|I’|No\b|[A-Z]+$")


@dataclass(slots=True)
class _Slot:
    """What a slot of a pattern stands for: an entity, and its name in each pool."""

    entity: int
    pool: str
    names: dict[str, Name] = field(default_factory=dict)
    country: str = ""


class Filling:
    """A text made of patterns."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._text = ""
        self._marks: list[Mark] = []
        self._entities: list[list[int]] = []
        self._used: set[str] = set()
        self._families: set[str] = set()
        self._facts: dict[tuple[int, str, int], GoldFact] = {}
        self._open: list[tuple[int, tuple[str, ...], int]] = []
        self._silent: list[tuple[int, int]] = []
        self._words = ""

    @property
    def text(self) -> str:
        """What is written so far."""
        return self._text

    def passage(self, source: str, id_: str) -> Passage:
        """Returns what is written, with its marks and facts."""
        labelled = types(NAMED) | {OFFICE}
        if not _TIMES.search(self._words):
            labelled |= {"date"}
        if not _COUNTS.search(self._words):
            labelled |= {"quantity"}
        still_open = []
        for a, relations, b in self._open:
            left = tuple(dict.fromkeys(r for r in relations if (a, r, b) not in self._facts))
            if left and a != b:
                still_open.append((a, left, b))
        return Passage(
            source,
            id_,
            self._text,
            tuple(self._marks),
            labelled=labelled,
            entities=tuple(map(tuple, self._entities)),
            facts=tuple(self._facts.values()),
            judged=(Judged(-1, -1, None),),
            open=tuple(dict.fromkeys(still_open)),
            silent=tuple(self._silent),
        )

    def say(self, words: str) -> None:
        """Writes words between two patterns."""
        self._text += words

    def add(self, pattern: Pattern, capitals: bool = False) -> None:
        """Writes a pattern.

        Args:
            pattern: The pattern.
            capitals: Whether its names are written in capitals, as the place of a dateline is.
        """
        sexes = _sexes(pattern)
        slots: dict[str, _Slot] = {}
        words = [p.text for p in pattern.pieces if p.kind != "slot"]
        capitals = capitals or (any(map(str.strip, words)) and "".join(words).upper() == "".join(words))
        capitals = capitals and any(c.isalpha() for c in "".join(words)) or capitals
        headline = not (pattern.pieces[-1].kind == "words" and pattern.pieces[-1].text.rstrip().endswith((".", "!", "?", '"')))
        begin = len(self._text)
        for at, piece in enumerate(pattern.pieces):
            after = "".join(p.text if p.kind != "slot" else "_" for p in pattern.pieces[at + 1 : at + 3])
            if piece.kind == "office":
                slot = slots.setdefault(piece.key, self._new(OFFICE))
                self._mend(piece.text, begin)
                self._mark(slot, piece.text, types((OFFICE,)))
            elif piece.kind == "slot":
                self._name(piece, pattern, slots, sexes, after, begin, headline, capitals)
            else:
                start = len(self._text)
                self._text += self._fitted(piece.text)
                self._words += f" {piece.text}"
                if piece.kind == "words":
                    self._overlook(start)
        self._state(pattern, {key: slot.entity for key, slot in slots.items()})

    def _fitted(self, words: str) -> str:
        """Returns words that follow a name: "Netherlands' ", no second full stop after "Inc."."""
        if words.startswith("'s ") and re.search(r"(?:States|Netherlands|Philippines|Emirates)$", self._text):
            return words.replace("'s", "'", 1)
        if words.startswith(".") and not words.startswith("..") and self._text.endswith("."):
            return words[1:]
        return words

    def _overlook(self, start: int) -> None:
        """Nothing is learned from the words in capitals that stand in a pattern and may be part of a name."""
        for match in _CAPITAL.finditer(self._text, max(0, start - 2)):
            if match.start() >= start and not _NO_NAME.match(match[0]):
                self._silent.append(match.span())

    def _new(self, pool: str) -> _Slot:
        self._entities.append([])
        return _Slot(len(self._entities) - 1, pool)

    def _name(
        self,
        piece: Piece,
        pattern: Pattern,
        slots: dict[str, _Slot],
        sexes: dict[str, str],
        after: str,
        begin: int,
        headline: bool,
        capitals: bool,
    ) -> None:
        pool = piece.text or slots[piece.key].pool
        if piece.key not in slots:
            slots[piece.key] = self._new(pool)
        slot = slots[piece.key]
        before = self._text[begin:]
        if pool not in slot.names:
            slot.names[pool] = self._drawn(pool, slot, pattern, piece.key, sexes, before, after)
        name = slot.names[pool]
        text = name.short if piece.short else name.text
        starts = bool(_BEGINS.search(self._text[begin:])) if begin < len(self._text) else True
        if re.search(r"\b[Tt]he $", before):
            text = text.removeprefix("The ")
        elif name.article and not piece.short and not headline and not capitals:
            if starts:
                self._text += "The "
                starts = False
            elif not _NO_ARTICLE.search(before) and not (pool == "country" and before.endswith(", ")):
                self._text += "the "
        text = text.upper() if capitals and len(text.upper()) == len(text) else text
        if starts and text[0].islower() and not any(c.isupper() for c in text[1:3]):
            text = text[0].upper() + text[1:]
        self._mend(text, begin)
        quoted = types(("work",)) == pools.types_of(pool) and before.count('"') % 2 == 0 and not before.endswith('"')
        if quoted and (pool == "paper_title" or self._rng.random() < _QUOTED_WORKS) and not after.startswith('"'):
            self._text += '"'
            self._mark(slot, text, pools.types_of(pool))
            self._text += '"'
        else:
            self._mark(slot, text, pools.types_of(pool))

    def _drawn(
        self, pool: str, slot: _Slot, pattern: Pattern, key: str, sexes: dict[str, str], before: str, after: str
    ) -> Name:
        short = any(p.short for p in pattern.pieces)
        name = Name("", "")
        for _ in range(_DRAWS):
            name = self._draw(pool, slot, pattern, key, sexes, before, after, short)
            if pool == "person" and name.short in self._families and self._rng.random() > _NAMESAKES * (not short):
                continue
            if not {name.text, name.short} & self._used or (pool == "demonym" and slot.names):
                break
        self._used |= {name.text, name.short}
        if pool == "person":
            self._families.add(name.short)
        return name

    def _draw(
        self,
        pool: str,
        slot: _Slot,
        pattern: Pattern,
        key: str,
        sexes: dict[str, str],
        before: str,
        after: str,
        short: bool,
    ) -> Name:
        if is_number(pool):
            return pools.number(pool, self._rng, before, after)
        if pool == "person":
            namesake = self._families and not short and self._rng.random() < _NAMESAKES
            family = self._rng.choice(sorted(self._families)) if namesake else ""
            return pools.somebody(self._rng, sexes.get(key, ""), family)
        if pool in {"country", "demonym"}:
            if not slot.names:
                slot.country = self._rng.choice(pools.COUNTRIES)
            return (pools.country if pool == "country" else pools.demonym)(self._rng, slot.country)
        the = re.search(r"\b[Tt]he $", before)
        bare = _NO_ARTICLE.search(before)
        return pools.named(pool, self._rng, True if the else False if bare else None)

    def _mend(self, text: str, begin: int) -> None:
        """Writes "an" before a vowel, "a" before a consonant."""
        if match := re.search(r"\b(a|an|A|An) $", self._text[begin:]):
            right = "an" if _VOWEL.match(text) else "a"
            right = right.capitalize() if match[1][0] == "A" else right
            self._text = f"{self._text[: begin + match.start()]}{right} "

    def _mark(self, slot: _Slot, text: str, kinds: frozenset[str]) -> None:
        self._entities[slot.entity].append(len(self._marks))
        self._marks.append(Mark(len(self._text), len(self._text) + len(text), kinds))
        self._text += text

    def _state(self, pattern: Pattern, entities: dict[str, int]) -> None:
        for fact in pattern.facts:
            s, o = entities[fact.subject], entities[fact.object]
            there, back = IMPLIED.get(fact.relation, ((), ()))
            back = (*back, *INVERSE.get(fact.relation, "").split("|"))
            if fact.open:
                there = (fact.relation, *there)
            else:
                self._hold(s, fact.relation, o, fact.modality)
                if fact.relation in _SYMMETRIC:
                    self._hold(o, fact.relation, s, fact.modality)
                if fact.modality == "denied":
                    # What does not hold implies nothing; only its inverse says the same.
                    there, back = (), tuple(INVERSE.get(fact.relation, "").split("|"))
            there = (*there, *_ALSO_IMPLIED.get(fact.relation, ()))
            self._open += [(s, tuple(filter(None, there)), o), (o, tuple(filter(None, back)), s)]
        for office, whose in pattern.offices:
            self._hold(entities[office], "P1001", entities[whose], "asserted")

    def _hold(self, subject: int, relation: str, object_: int, modality: str) -> None:
        self._facts.setdefault((subject, relation, object_), GoldFact(subject, relation, object_, modality=modality))


def _sexes(pattern: Pattern) -> dict[str, str]:
    """Returns who is a man or a woman, as far as pronouns and kinship tell."""
    found: dict[str, str] = {}
    people = [key for key, pool in pattern.pools.items() if pool == "person"]
    words = " ".join(p.text for p in pattern.pieces if p.kind in {"words", "trigger"})
    if len(people) == 1:
        he, she = _HE.search(words), _SHE.search(words)
        if bool(he) != bool(she):
            found[people[0]] = "m" if he else "f"
    for fact in pattern.facts:
        if fact.relation in {"P22", "P25"}:
            found[fact.object] = "m" if fact.relation == "P22" else "f"
    for piece in pattern.pieces:
        if piece.kind == "anaphor" and piece.key in people:
            if _HE.search(piece.text):
                found[piece.key] = "m"
            elif _SHE.search(piece.text):
                found[piece.key] = "f"
    return found
