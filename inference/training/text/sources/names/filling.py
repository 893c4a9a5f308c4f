"""Writes patterns into one text, with names in their slots, and keeps what is marked and stated.

What stands in the text is written as an editor would: "an" before a vowel, capitals where a sentence begins, "the"
before the names that take it.
"""

from dataclasses import dataclass, field
from random import Random

from inference.training.text.sources.facts import INVERSE
from inference.training.text.sources.names import pools, wording
from inference.training.text.sources.names.numbers import is_number
from inference.training.text.sources.names.pools import Name
from inference.training.text.sources.passages import NAMED, GoldFact, GoldHappening, Judged, Mark, Passage, types
from inference.training.text.sources.pattern_bank import Pattern, Piece
from inference.training.text.sources.templates import IMPLIED
from topology.ontology import HAPPENING

OFFICE = "office"
_SYMMETRIC = frozenset(relation for relation, other in INVERSE.items() if relation == other)
_ALSO_IMPLIED: dict[str, tuple[str, ...]] = {"P749": ("P127", "P361")}
"""What may also hold where a relation does that no template states."""

_QUOTED_WORKS = 0.3
_NAMESAKES = 0.04
"""How often two persons bear one family name, though nobody calls them by it alone."""
_DRAWS = 60
"""Attempts to draw a name that the text does not hold yet."""


@dataclass(slots=True)
class _Slot:
    """What a slot stands for: an entity, its first pool, its name in each pool, and the country it is or belongs to."""

    entity: int
    pool: str
    names: dict[str, Name] = field(default_factory=dict)
    country: str = ""


@dataclass(slots=True)
class _Scene:
    """What is known of the pattern that is being written.

    `begin` is where it begins, and `triggers` where those of its happenings stand, by their numbers.
    """

    begin: int
    headline: bool
    capitals: bool
    sexes: dict[str, str]
    shortened: bool
    slots: dict[str, _Slot] = field(default_factory=dict)
    triggers: dict[str, tuple[int, int]] = field(default_factory=dict)


class Filling:
    """A text made of patterns."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._text = ""
        self._words = ""
        self._marks: list[Mark] = []
        self._entities: list[list[int]] = []
        self._used: set[str] = set()
        self._families: dict[str, None] = {}
        self._facts: dict[tuple[int, str, int], GoldFact] = {}
        self._open: list[tuple[int, tuple[str, ...], int]] = []
        self._silent: dict[tuple[int, int], None] = {}
        self._happenings: list[GoldHappening] = []
        self._unread: list[tuple[int, int]] = []

    def passage(self, source: str, id_: str) -> Passage:
        """Returns what is written, with its marks and facts."""
        labelled = types((*NAMED, OFFICE, HAPPENING))
        if not wording.tells_time(self._words):
            labelled |= {"date"}
        if not wording.counts(self._words):
            labelled |= {"quantity"}
        undecided = []
        for a, relations, b in self._open:
            left = tuple(dict.fromkeys(r for r in relations if r and (a, r, b) not in self._facts))
            if left and a != b:
                undecided.append((a, left, b))
        return Passage(
            source,
            id_,
            self._text,
            tuple(self._marks),
            labelled=labelled,
            entities=tuple(map(tuple, self._entities)),
            facts=tuple(self._facts.values()),
            judged=(Judged(-1, -1, None),),
            open=tuple(dict.fromkeys(undecided)),
            silent=tuple(self._silent),
            happenings=tuple(self._happenings),
            unread=tuple(self._unread),
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
        scene = _Scene(
            begin=len(self._text),
            headline=not wording.is_sentence(pattern),
            capitals=capitals or "".join(p.text for p in pattern.pieces if p.kind != "slot").isupper(),
            sexes=wording.sexes(pattern),
            shortened=any(p.short for p in pattern.pieces),
        )
        for at, piece in enumerate(pattern.pieces):
            if piece.kind == "office":
                self._office(piece, scene)
            elif piece.kind == "slot":
                after = "".join(p.text if p.kind != "slot" else "_" for p in pattern.pieces[at + 1 : at + 3])
                self._name(piece, scene, after)
            else:
                start = len(self._text)
                self._text += wording.after_name(self._text, piece.text) if at else piece.text
                self._words += f" {piece.text}"
                if piece.kind == "trigger":
                    scene.triggers[piece.key] = start, len(self._text)
                self._silent |= dict.fromkeys(wording.unsure(self._text, start))
        entities = {key: slot.entity for key, slot in scene.slots.items()}
        self._state(pattern, entities)
        for stated in pattern.happenings:
            roles = tuple((role, entities[key]) for role, key in stated.roles)
            self._happenings.append(GoldHappening(stated.kind, scene.triggers[stated.trigger], stated.modality, roles))
        if not pattern.tells_all:
            self._unread.append((scene.begin, len(self._text)))

    def _slot(self, key: str, pool: str, scene: _Scene) -> _Slot:
        if key not in scene.slots:
            scene.slots[key] = _Slot(len(self._entities), pool)
            self._entities.append([])
        return scene.slots[key]

    def _office(self, piece: Piece, scene: _Scene) -> None:
        title = piece.text
        if wording.BEGINS.search(self._text[scene.begin :]) and not scene.headline:
            title = title[0].upper() + title[1:]
        self._mark(self._slot(piece.key, OFFICE, scene), title, types((OFFICE,)))

    def _name(self, piece: Piece, scene: _Scene, after: str) -> None:
        slot = self._slot(piece.key, piece.text, scene)
        pool = piece.text or slot.pool
        before = self._text[scene.begin :]
        if pool not in slot.names:
            slot.names[pool] = self._drawn(pool, piece.key, scene, after)
        name = slot.names[pool]
        text = name.short if piece.short else name.text
        if scene.capitals:
            text = text.upper() if len(text.upper()) == len(text) else text
        elif wording.THE.search(before):
            text = text.removeprefix("The ")
        elif name.article and not piece.short and not scene.headline:
            self._article(before, pool)
        if wording.BEGINS.search(self._text[scene.begin :]) and not any(map(str.isupper, text[:3])):
            text = text[0].upper() + text[1:]
        kinds = pools.types_of(pool)
        if "work" in kinds and self._in_quotes(pool, before, after, kinds):
            self._text = wording.indefinite(self._text, text) + '"'
            self._mark(slot, text, kinds)
            self._text += '"'
        else:
            self._mark(slot, text, kinds)

    def _in_quotes(self, pool: str, before: str, after: str, kinds: frozenset[str]) -> bool:
        """Returns whether a work's name is put between quotation marks; never within a quotation."""
        wanted = pool == "paper_title" or (kinds == {"work"} and self._rng.random() < _QUOTED_WORKS)
        return wanted and before.count('"') % 2 == 0 and not after.startswith('"')

    def _article(self, before: str, pool: str) -> None:
        if wording.BEGINS.search(before):
            self._text += "The "
        elif not wording.takes_no_article(before) and not (pool == "country" and before.endswith(", ")):
            self._text += "the "

    def _drawn(self, pool: str, key: str, scene: _Scene, after: str) -> Name:
        """Returns a name that the text does not hold yet."""
        slot = scene.slots[key]
        name = self._draw(pool, key, scene, after)
        for _ in range(_DRAWS):
            if not self._taken(pool, name, scene) or (slot.names and pool == "demonym"):
                break
            name = self._draw(pool, key, scene, after)
        self._used |= {name.text, name.short}
        if pool == "person":
            self._families[name.short] = None
        return name

    def _taken(self, pool: str, name: Name, scene: _Scene) -> bool:
        """Returns whether the text holds a name, or another person of that family whom it may be confused with."""
        if pool == "person" and name.short in self._families:
            return name.text in self._used or scene.shortened or self._rng.random() > _NAMESAKES
        return bool({name.text, name.short} & self._used)

    def _draw(self, pool: str, key: str, scene: _Scene, after: str) -> Name:
        before = self._text[scene.begin :]
        slot = scene.slots[key]
        if is_number(pool):
            return pools.number(pool, self._rng, before, after)
        if pool == "person":
            namesake = self._families and not scene.shortened and self._rng.random() < _NAMESAKES
            family = self._rng.choice(list(self._families)) if namesake else ""
            return pools.somebody(self._rng, scene.sexes.get(key) or wording.sex_before(before), family)
        if pool in {"country", "demonym"}:
            if not slot.names:
                slot.country = self._rng.choice(pools.COUNTRIES)
            return (pools.country if pool == "country" else pools.demonym)(self._rng, slot.country)
        if wording.THE.search(before):
            return pools.named(pool, self._rng, article=True)
        return pools.named(pool, self._rng, article=False if wording.takes_no_article(before) else None)

    def _mark(self, slot: _Slot, text: str, kinds: frozenset[str]) -> None:
        self._text = wording.indefinite(self._text, text)
        self._entities[slot.entity].append(len(self._marks))
        self._marks.append(Mark(len(self._text), len(self._text) + len(text), kinds))
        self._text += text

    def _state(self, pattern: Pattern, entities: dict[str, int]) -> None:
        for fact in pattern.facts:
            s, o = entities[fact.subject], entities[fact.object]
            there, back = IMPLIED.get(fact.relation, ((), ()))
            there += _ALSO_IMPLIED.get(fact.relation, ())
            inverse = tuple(INVERSE.get(fact.relation, "").split("|"))
            if fact.open:
                there = (fact.relation, *there)
            else:
                self._hold(s, fact.relation, o, fact.modality)
                if fact.relation in _SYMMETRIC:
                    self._hold(o, fact.relation, s, fact.modality)
                if fact.modality == "denied":
                    # What does not hold implies nothing.
                    there, back = (), ()
            self._open += [(s, there, o), (o, (*back, *inverse), s)]
        for office, whose in pattern.offices:
            self._hold(entities[office], "P1001", entities[whose], "asserted")

    def _hold(self, subject: int, relation: str, object_: int, modality: str) -> None:
        self._facts.setdefault((subject, relation, object_), GoldFact(subject, relation, object_, modality=modality))
