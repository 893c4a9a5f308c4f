"""Short names within an article: names with titles, surnames and abbreviations get the article's full name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from inference.text.names.countries import ALIASES, DEMONYMS
from inference.text.names.people import parse_person, same_people

_TITLES = (
    "President, Vice President, Prime Minister, Deputy Prime Minister, Premier, Chancellor, Minister, "
    "Foreign Minister, Defence Minister, Defense Minister, Interior Minister, Finance Minister, Health Minister, "
    "Justice Minister, Secretary, Secretary of State, Secretary of Defense, Defense Secretary, "
    "Secretary-General, Attorney General, Governor, Mayor, Senator, Sen., Representative, Rep., Congressman, "
    "Congresswoman, Judge, Justice, Chief Justice, General, Gen., Major General, Lieutenant General, Colonel, "
    "Col., Captain, Capt., Major, Lieutenant, Lt., Sergeant, Admiral, Marshal, Ambassador, Commissioner, "
    "Chairman, Chairwoman, Director, CEO, Mr, Mr., Mrs, Mrs., Ms, Ms., Dr, Dr., Prof., Professor, Sir, Dame, "
    "Lord, Lady, Rev., Reverend, Cardinal, Archbishop, Bishop, Ayatollah, Supreme Leader, MP, Opposition Leader, "
    "Speaker, Coach, Hon., Hon, Rt Hon, Rt. Hon., Baroness, Viscount, Viscountess, Pastor, Rabbi, Imam, Canon, "
    "Sen, Rep, Gov., Gov, Gen, Col, Capt, Lt, Prof, Rev, Adm., Adm, Cmdr., Cmdr, Maj., Maj, Brig., Brig, Sgt., Sgt, "
    "Cpl., Cpl, Corporal, Private, Pvt., Pvt, Pte, Staff Sergeant, Sgt Maj, Sgt. Maj., Lieutenant Colonel, Brigadier, "
    "Brigadier General, Vice Admiral, Rear Admiral, Commander, Det., Det, Detective, Inspector, Insp., Insp, "
    "Superintendent, Supt., Supt, Constable, Officer, Sheriff, Police Chief, District Attorney, Councillor, "
    "Councilman, Councilwoman, Cllr., Cllr, Alderman, Deputy, Justice Secretary, Home Secretary, Foreign Secretary"
)
_MORE = r"(?:(?:former|acting|interim|then|ex|outgoing|incoming)[ -])?"
_LANDS = "|".join(sorted(map(re.escape, {*DEMONYMS, "U.S.", "US", "UK", "U.K."}), key=lambda word: (-len(word), word)))
_NAMES = "|".join(sorted(map(re.escape, _TITLES.split(", ")), key=lambda word: (-len(word), word)))
_TITLE = re.compile(rf"^{_MORE}(?:(?:{_LANDS}) )?{_MORE}(?:(?:{_NAMES}) ){{1,4}}(?=[A-Z])", re.IGNORECASE)
_OF_PARTY = re.compile(
    r"^(?:[A-Z][\w'-]* ){1,3}"
    r"(?:MP|MEP|MSP|MLA|TD|MK|Senator|Sen\.?|Rep\.?|Congressman|Congresswoman|Councillor|Cllr\.?) (?=[A-Z])"
)
"""A party and a seat: "Labour MP", "New Democratic Sen."."""

_HONOURS = re.compile(
    r"(?<=\w)(?:,? (?:MP|MEP|MSP|MLA|KC|QC|OBE|MBE|CBE|DBE|KBE|GBE|FRS|Ph\.?D|DPhil|MD|MBA|CPA|Esq|RN))+$"
)
_NO_NAMES = frozenset(
    """
    mr mrs ms miss dr prof sir dame lord lady rev hon sgt cpl capt lt col gen maj adm sen rep gov mp
    """.split()  # noqa: SIM905 - read as prose
) | frozenset(("rt hon", "rt. hon", "right honourable"))
_REGNAL = re.compile(r"^(?:King|Queen|Emperor|Empress|Tsar) (?=(?:[^\W\d_][\w'-]+ ){1,2}[IVX]+$)")
"""Only before a number: "Charles III" is unambiguous, while "Charles" could be anybody."""
_BRACKET = re.compile(r"\s*\(\s*")
_ABBREVIATION = re.compile(r"[A-Z][A-Za-z]?[A-Z&-]{1,7}[A-Za-z]?")
_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "de", "la", "del", "des", "du", "et", "y", "da", "do"})
_LEAST_LETTERS = 3

MOST_WORDS = 12
"""Most words of a full name that has shorter forms. A longer one is broken text, and of every end of it the table of
shorter names would hold a copy."""


def without_title(name: str) -> str:
    """Returns a person's name without title and nationality: "Japanese Prime Minister Takaichi" is "Takaichi".

    Kings and queens keep theirs unless they have a number ("King Charles III"), popes always, as in encyclopedias. So
    is a party before it ("Labour MP") and an honour after it ("KC"). Empty if the name is but a title ("Rt Hon").
    """
    if name.lower() in _NO_NAMES:
        return ""
    bare = _REGNAL.sub("", _TITLE.sub("", _OF_PARTY.sub("", name, count=1), count=1))
    honoured = _HONOURS.sub("", bare)
    return honoured if " " in honoured else bare


def full_names(people: Sequence[str]) -> dict[str, str]:
    """Maps each shorter name among an article's people to the one full name in it that it is short for.

    A surname ("Biden"), the end of a name ("Tayyip Erdoğan"), first and last name, a nickname or initials are short for
    a longer one. A name that two people of the article share, or that fits nobody's full name, is left alone.
    """
    same = same_people(people)
    same = {name: same.get(fuller, fuller) for name, fuller in same.items()}
    by_end: dict[str, set[str]] = defaultdict(set)
    for name in {same.get(name, name) for name in people}:
        for short in short_forms(name):
            by_end[short].add(name)
    found = {}
    for given in people:
        name = same.get(given, given)
        if name != given:
            found[given] = name
        longer = by_end.get(name, set())
        # The forms between a name and its one full name are ends of the full name, or first and last word of such an
        # end, so there are fewer than two for each of its words.
        if not 0 < len(longer) <= 2 * MOST_WORDS:
            continue
        # "Joe Biden" and "Joseph R. Biden" share an end, but neither is short for the other: "Biden" stays ambiguous.
        longest = longer - {short for one in longer for short in short_forms(one)}
        if len(longest) == 1:
            found[given] = next(iter(longest))
    return found


def named_so_far(names: Iterable[str]) -> list[str]:
    """Returns each person's name in reading order with the full name that it must mean where it stands, else "".

    Where two people of an article share a surname, the surname means the first of them until the second is named.

    Args:
        names: The names in reading order, as `full_names` leaves them; "" for what is no person.
    """
    bearers: dict[str, set[str]] = defaultdict(set)
    seen: set[str] = set()
    found = []
    for name in names:
        before = bearers.get(name, ())
        found.append(next(iter(before)) if len(before) == 1 and name else "")
        if " " in name and name not in seen and name not in bearers:
            seen.add(name)
            for short in short_forms(name):
                bearers[short].add(name)
    return found


def short_forms(name: str) -> set[str]:
    """Returns the shorter forms of a full name; none of one of more than `MOST_WORDS` words.

    "John Ashford" and "Ashford" are no short forms of "John Ashford Jr": they may be his father.
    """
    if len(name.split()) > MOST_WORDS:
        return set()
    parts = parse_person(name)
    words = [*parts.given, parts.last]
    forms = {" ".join(words[i:]) for i in range(1, len(words))}
    # A particle is large where it begins a sentence: "Von der Leyen".
    forms |= {form[0].upper() + form[1:] for form in forms if form[0].islower()}
    if parts.generation:
        return {f"{form} {parts.generation}" for form in forms | _first_and_last(words)}
    if parts.nickname:
        forms |= {" ".join(words), f"{parts.nickname} {parts.last}"}
    return forms | _first_and_last(words)


def _first_and_last(words: Sequence[str]) -> set[str]:
    return {f"{words[0]} {words[-1]}"} if len(words) > 2 else set()  # noqa: PLR2004


def is_abbreviation(name: str) -> bool:
    """Returns whether a name looks like an abbreviation: short, and mostly capitals."""
    return name not in ALIASES and bool(_ABBREVIATION.fullmatch(name))


def spells(long: str, short: str) -> bool:
    """Returns whether an abbreviation is the first letters of a name's words, with or without small words."""
    return _letters(short) in _initials(long)


def _letters(short: str) -> str:
    return short.replace("&", "").replace("-", "").lower()


def _initials(long: str) -> set[str]:
    """Returns the first letters of a name's words, with and without small words; none of a single word."""
    words = [word.lower() for word in re.split(r"[\s-]+", long.replace("&", " ")) if word and word[0].isalnum()]
    if len(words) < 2:  # noqa: PLR2004
        return set()
    return {"".join(word[0] for word in words), "".join(word[0] for word in words if word not in _SMALL)}


def abbreviations(names: Mapping[str, str], bracketed: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Maps an article's abbreviations to the names they stand for.

    "Rapid Support Forces (RSF)" is explicit. Without brackets, an abbreviation of three letters or more stands for the
    only name in the article whose first letters it is.

    Args:
        names: Every name with its type. People, dates and quantities have no abbreviations.
        bracketed: Pairs (name, name in brackets right after it).
    """
    found = {
        short: long
        for long, short in bracketed
        if is_abbreviation(short) and not is_abbreviation(long) and long[:1].lower() == short[:1].lower()
    }
    spelled: dict[str, list[str]] = defaultdict(list)
    for name, type_ in names.items():
        if " " in name and type_ not in {"person", "date", "quantity"}:
            for letters in _initials(name):
                spelled[letters].append(name)
    for name, type_ in names.items():
        if name in found or type_ == "person" or len(name) < _LEAST_LETTERS or not is_abbreviation(name):
            continue
        longer = spelled.get(_letters(name), ())
        if len(longer) == 1:
            found[name] = longer[0]
    return found


def opens_bracket(text: str, start: int, end: int) -> bool:
    """Returns whether only an opening bracket is between two positions of a text."""
    return bool(_BRACKET.fullmatch(text, start, end))
