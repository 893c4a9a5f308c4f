"""Short names within an article: titles, surnames and abbreviations stand for the full name that the article gives."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from inference.text.names.countries import ALIASES, DEMONYMS

_TITLES = (
    "President, Vice President, Prime Minister, Deputy Prime Minister, Premier, Chancellor, Minister, "
    "Foreign Minister, Defence Minister, Defense Minister, Interior Minister, Finance Minister, Health Minister, "
    "Justice Minister, Secretary, Secretary of State, Secretary of Defense, Defense Secretary, "
    "Secretary-General, Attorney General, Governor, Mayor, Senator, Sen., Representative, Rep., Congressman, "
    "Congresswoman, Judge, Justice, Chief Justice, General, Gen., Major General, Lieutenant General, Colonel, "
    "Col., Captain, Capt., Major, Lieutenant, Lt., Sergeant, Admiral, Marshal, Ambassador, Commissioner, "
    "Chairman, Chairwoman, Director, CEO, Mr, Mr., Mrs, Mrs., Ms, Ms., Dr, Dr., Prof., Professor, Sir, Dame, "
    "Lord, Lady, Rev., Reverend, Cardinal, Archbishop, Bishop, Ayatollah, Supreme Leader, MP, Opposition Leader, "
    "Speaker, Coach"
)
_MORE = r"(?:(?:former|acting|interim|then|ex|outgoing|incoming)[ -])?"
_LANDS = "|".join(sorted(map(re.escape, {*DEMONYMS, "U.S.", "US", "UK", "U.K."}), key=lambda word: (-len(word), word)))
_NAMES = "|".join(sorted(map(re.escape, _TITLES.split(", ")), key=lambda word: (-len(word), word)))
_TITLE = re.compile(rf"^{_MORE}(?:(?:{_LANDS}) )?{_MORE}(?:{_NAMES}) (?=[A-Z])", re.IGNORECASE)
_REGNAL = re.compile(r"^(?:King|Queen|Emperor|Empress|Tsar) (?=(?:[^\W\d_][\w'-]+ ){1,2}[IVX]+$)")
"""Only before a number: "Charles III" is one of his name, while "King Charles" would be any Charles."""
_BRACKET = re.compile(r"\s*\(\s*")
_ABBREVIATION = re.compile(r"[A-Z][A-Za-z]?[A-Z&-]{1,7}[A-Za-z]?")
_SMALL = frozenset({"of", "the", "and", "for", "in", "on", "de", "la", "del", "des", "du", "et", "y", "da", "do"})
_LEAST_LETTERS = 3


def without_title(name: str) -> str:
    """Returns a person's name without title and nationality: "Japanese Prime Minister Takaichi" is "Takaichi".

    A king keeps his unless he has a number, "King Charles III", and a pope always, as encyclopedias call him so.
    """
    return _REGNAL.sub("", _TITLE.sub("", name, count=1))


def full_names(people: Sequence[str]) -> dict[str, str]:
    """Maps each shorter name among an article's people to the one full name in it that it is short for.

    A surname ("Biden"), the end of a name ("Tayyip Erdoğan") or first and last name are short for a longer one. A name
    that two people of the article share, or that fits nobody's full name, is left alone.
    """
    by_end: dict[str, set[str]] = defaultdict(set)
    for name in people:
        words = name.split()
        for i in range(1, len(words)):
            by_end[" ".join(words[i:])].add(name)
        if len(words) > 2:  # noqa: PLR2004  a middle name
            by_end[f"{words[0]} {words[-1]}"].add(name)
    found = {}
    for name in people:
        longer = by_end.get(name, set())
        # "Joe Biden" and "Joseph R. Biden" end alike but are no ends of each other, so they make the surname doubtful.
        longest = {one for one in longer if not any(one != other and one in by_end_of(other) for other in longer)}
        if len(longest) == 1:
            found[name] = next(iter(longest))
    return found


def by_end_of(name: str) -> set[str]:
    """Returns what a full name can be cut down to."""
    words = name.split()
    ends = {" ".join(words[i:]) for i in range(1, len(words))}
    return ends | {f"{words[0]} {words[-1]}"} if len(words) > 2 else ends  # noqa: PLR2004


def is_abbreviation(name: str) -> bool:
    """Returns whether a name looks like an abbreviation: short, and capitals for the most part."""
    return name not in ALIASES and bool(_ABBREVIATION.fullmatch(name))


def spells(long: str, short: str) -> bool:
    """Returns whether an abbreviation is made of the first letters of a name's words, small words taken or not."""
    letters = short.replace("&", "").replace("-", "").lower()
    words = [word.lower() for word in re.split(r"[\s-]+", long.replace("&", " ")) if word and word[0].isalnum()]
    every = "".join(word[0] for word in words)
    main = "".join(word[0] for word in words if word not in _SMALL)
    return letters in {every, main} and len(words) > 1


def abbreviations(names: Mapping[str, str], bracketed: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Maps an article's abbreviations to the names they stand for.

    "Rapid Support Forces (RSF)" says it. Without brackets, an abbreviation of three letters or more stands for the only
    name in the article that its letters spell.

    Args:
        names: Every name with its type; people and places with a region are out of the question.
        bracketed: Pairs (name, name in brackets right after it).
    """
    found = {
        short: long
        for long, short in bracketed
        if is_abbreviation(short) and not is_abbreviation(long) and long[:1].lower() == short[:1].lower()
    }
    candidates = [name for name, type_ in names.items() if " " in name and type_ not in {"person", "date", "quantity"}]
    for name, type_ in names.items():
        if name in found or type_ == "person" or len(name) < _LEAST_LETTERS or not is_abbreviation(name):
            continue
        spelled = [long for long in candidates if spells(long, name)]
        if len(spelled) == 1:
            found[name] = spelled[0]
    return found


def opens_bracket(text: str, start: int, end: int) -> bool:
    """Returns whether just an opening bracket stands between two places of a text."""
    return bool(_BRACKET.fullmatch(text, start, end))
