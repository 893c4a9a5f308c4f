"""What an article says that a person is: a footballer, a painter, the prime minister of a country.

Two people of one name seldom are the same thing. So the field of work becomes part of the person's identity, with the
country of an office or the discipline of a sport: `sport/football`, `politics/GB`. Only the words right beside a name
count, and only nouns that mean one field: a president may be one of a country or of a club, a director makes films or
leads a company.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

VERSION = "1"
"""Of the rules: another version reads other entities in the same text."""

_FIELDS = """
sport/football: footballer goalkeeper midfielder striker winger defender centre-back full-back
sport/gridiron: quarterback linebacker cornerback
sport/basketball: basketballer
sport/baseball: pitcher shortstop infielder outfielder
sport/cricket: cricketer batsman batter bowler wicketkeeper
sport/rugby: flanker fly-half
sport/cycling: cyclist
sport/tennis: tennis-player
sport/golf: golfer
sport/boxing: boxer
sport/swimming: swimmer
sport/athletics: sprinter hurdler marathoner runner decathlete javelin-thrower
sport/gymnastics: gymnast
sport/skiing: skier snowboarder biathlete
sport/skating: skater
sport/rowing: rower
sport/chess: grandmaster chess-player
sport/riding: jockey
sport/wrestling: wrestler judoka
sport: athlete sportsman sportswoman sportsperson olympian goalscorer paralympian player coach
art: painter sculptor ceramicist potter illustrator cartoonist printmaker muralist watercolourist photographer
art: architect
music: singer songwriter composer guitarist pianist violinist cellist drummer bassist rapper musician soprano tenor
music: baritone organist saxophonist trumpeter singer-songwriter vocalist flautist harpist
screen: actor actress film-maker filmmaker screenwriter comedian film-director playwright
dance: dancer ballerina choreographer
writing: novelist poet author writer journalist columnist reporter essayist biographer broadcaster
science: physicist chemist biologist mathematician astronomer scientist geologist botanist zoologist ecologist
science: astrophysicist climatologist palaeontologist paleontologist archaeologist historian economist sociologist
science: philosopher linguist anthropologist professor geneticist virologist epidemiologist statistician
medicine: surgeon nurse physician dentist cardiologist paediatrician pediatrician psychiatrist midwife pharmacist
medicine: oncologist neurologist veterinarian vet gp paramedic
law: lawyer barrister solicitor attorney judge prosecutor magistrate notary
force: soldier lieutenant sergeant colonel general admiral policeman policewoman detective constable sheriff
force: police-officer firefighter
faith: bishop archbishop priest rabbi imam vicar pastor nun monk cardinal
business: businessman businesswoman entrepreneur banker financier investor industrialist chief-executive ceo tycoon
business: billionaire hotelier restaurateur magnate chief-financial-officer chief-executive-officer
food: chef baker brewer winemaker butcher cook
trade: farmer carpenter plumber electrician bricklayer mechanic blacksmith fisherman shepherd beekeeper welder
trade: lorry-driver bus-driver taxi-driver gardener tailor hairdresser shopkeeper
school: schoolteacher teacher headmaster headteacher headmistress
space: astronaut cosmonaut
politics: politician senator congressman congresswoman mayor premier prime-minister chancellor minister lawmaker mp
politics: foreign-minister finance-minister defence-minister defense-minister interior-minister health-minister
politics: justice-minister home-secretary foreign-secretary councillor alderman governor deputy-prime-minister
politics: attorney-general solicitor-general secretary-general governor-general consul-general auditor-general
politics: inspector-general director-general surgeon-general postmaster-general first-minister
politics: vice-president statesman stateswoman diplomat ambassador mep msp councilwoman councilman
"""
_CLOSE = """
politics business | politics law | politics force | politics science | politics writing | politics faith
politics school | politics medicine | music screen | music writing | music dance | screen writing | screen dance
art writing | art screen | art music | writing science | writing law | writing faith | law science | law business
medicine science | business science | business food | business trade | business screen | business music | business art
food writing | school science | school writing | science space | force space | force law | science faith
school faith | school music | medicine force | business writing | sport school
"""
"""Pairs of fields that one person often works in, or that news does not keep apart."""


def _read_fields() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _FIELDS.strip().splitlines():
        role, _, nouns = line.partition(": ")
        found |= dict.fromkeys((noun.replace("-", " ") for noun in nouns.split()), role)
        found |= {noun: role for noun in nouns.split() if "-" in noun}
    return found


ROLES = _read_fields()
"""The role that a noun in small letters names."""

_PAIRS = {frozenset(pair.split()) for line in _CLOSE.strip().splitlines() for pair in line.split(" | ")}

_PUBLIC = frozenset({"politics", "sport", "screen", "music", "business", "writing"})

_NOUNS = "|".join(sorted(map(re.escape, ROLES), key=lambda noun: (-len(noun), noun)))
_BEFORE = re.compile(rf"(?:^|[\s\"“(])({_NOUNS}) \Z", re.IGNORECASE)
_BEFORE_COMMA = re.compile(
    rf"(?:\bthe|\ban?|\bits|\bhis|\bher|\btheir|['’]s) (?:[\w-]+ ){{0,2}}?({_NOUNS})"  # noqa: RUF001
    r"(?: (?:of|for|from) (?:the )?[^\W\d_][\w'’-]*(?: [A-Z][\w'’-]*){0,2})?, \Z",  # noqa: RUF001
    re.IGNORECASE,
)
_NOT = r"(?:of|for|in|at|to|by|with|from|on|not|no|never|and|or|against|about|that|who|which|over|under)"
_WORDS = rf"(?:(?!{_NOT}\b)[\w'’-]+ ){{0,5}}?"  # noqa: RUF001
_ENDS = r"(?=[,.;:)!?\"”]|$| (?:of|for|in|at|from|with|and|who|whose|based|born|since|until|by)\b)"
_APPOSED = re.compile(
    rf", (?:\d{{1,3}}, )?(?:an? |the |then |former |now |also )?{_WORDS}({_NOUNS}){_ENDS}", re.IGNORECASE
)
_IS = re.compile(
    r",?(?: who)? (?:is|was|became|remains|works as|worked as|serves as|served as|has been)"
    rf" (?:now |also |currently |still |once )?(?:an? |the |former )?{_WORDS}({_NOUNS}){_ENDS}",
    re.IGNORECASE,
)
_REACH = 100
"""Characters beside a name that are looked at."""

_OF = re.compile(r" (?:of|for|from) (?:the )?")
_OWNED = frozenset({"politics"})


def nouns_beside(text: str, start: int, end: int) -> Iterable[tuple[str, int, int]]:
    """Yields the nouns that say what the person is whose name stands at a place: each with its own place.

    Args:
        text: The text.
        start: Where the name begins.
        end: Where it ends.
    """
    begin = max(0, start - _REACH)
    before = text[begin:start]
    if found := _BEFORE.search(before) or _BEFORE_COMMA.search(before):
        yield found[1].lower(), begin + found.start(1), begin + found.end(1)
    after = text[end : end + _REACH]
    for pattern in (_APPOSED, _IS):
        if found := pattern.match(after):
            yield found[1].lower(), end + found.start(1), end + found.end(1)


def owned(role: str) -> bool:
    """Returns whether the country belongs to a role: a prime minister is one of a country, a painter is not."""
    return role in _OWNED


def of_owner(text: str, end: int) -> int:
    """Returns where the name of an office's owner begins after the office's noun: "of Leeds"; -1 if none follows."""
    found = _OF.match(text, end)
    return found.end() if found else -1


@lru_cache(maxsize=1 << 12)
def agreed(roles: frozenset[str]) -> str:
    """Returns the role that all statements of an article about a person share; "" if they share none.

    "sport" and "sport/football" agree on football, "politics/GB" and "politics/CA" on politics.
    """
    fields = {role.partition("/")[0] for role in roles}
    if len(fields) != 1:
        return ""
    parts = {part for role in roles if (part := role.partition("/")[2])}
    return f"{fields.pop()}/{parts.pop()}" if len(parts) == 1 else fields.pop()


@lru_cache(maxsize=1 << 14)
def unlike(one: str, other: str) -> bool:
    """Returns whether two roles are seldom those of one person: footballer and painter, mayors in two countries."""
    (field, _, part), (other_field, _, other_part) = one.partition("/"), other.partition("/")
    if not field or not other_field:
        return False
    if field == other_field:
        return bool(part and other_part and part != other_part)
    return frozenset((field, other_field)) not in _PAIRS


@lru_cache(maxsize=1 << 12)
def of_one_life(one: str, other: str) -> bool:
    """Returns whether public figures often come to both fields in one country: footballer and minister."""
    return {one.partition("/")[0], other.partition("/")[0]} <= _PUBLIC
