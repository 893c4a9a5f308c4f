"""The bank of sentence patterns: what each says, and what it does not say.

A line of `patterns/*.txt` is a pattern: text with slots, a bar, and its labels. docs/patterns.md explains the notation.
Labels are complete: a pair of slots without a label stands in no relation; a question mark leaves a pair undecided.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from inference.training.text.annotated.reading import MODALITIES
from topology.ontology import ROLES

FOLDER = Path(__file__).parent / "patterns"

_PART = re.compile(
    r"\{=(?P<anaphor>[A-Z]\d?):(?P<words>[^}]+)\}"
    r"|\{(?P<slot>[A-Z]\d?)(?::(?P<pool>\w+))?(?P<short>\.short)?\}"
    r"|\[(?P<office>[A-Z]\d?):(?P<title>[^\]]+)\]"
    r"|<(?:(?P<number>\d):)?(?P<trigger>[^>]+)>"
)
_RELATION_FILE = re.compile(r"P\d+\.txt:")
_OFFICE_OF = 3
"""Words of the label `O of A`."""


class PatternError(ValueError):
    """A line that cannot be read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a pattern's text.

    Attributes:
        kind: `words`, `slot`, `office`, `anaphor` or `trigger`.
        text: The words, the office's title, the anaphor or the trigger; for a slot its pool at the first mention.
        key: The slot's letter, or the trigger's number ("" if there is one only).
        short: Whether the slot's short form is meant: a surname, a company without its legal form.
    """

    kind: str
    text: str
    key: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True)
class PatternFact:
    """A relation between two slots; `open` if nobody should learn from it either way."""

    subject: str
    relation: str
    object: str
    modality: str = "asserted"
    by: str | None = None
    since: str | None = None
    until: str | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class PatternHappening:
    """What happens: `trigger` is the number of its trigger."""

    trigger: str
    kind: str
    modality: str
    by: str | None
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sentence, or a few, with slots.

    Attributes:
        pieces: Its text.
        facts: What it states, and what it leaves open.
        happenings: What happens in it.
        offices: (office, whose it is).
        source: File and line, for messages and for keeping patterns apart.
    """

    pieces: tuple[Piece, ...]
    facts: tuple[PatternFact, ...]
    happenings: tuple[PatternHappening, ...]
    offices: tuple[tuple[str, str], ...]
    source: str

    @property
    def pools(self) -> dict[str, str]:
        """The pool of each slot; `office` for those whose title is written out."""
        return {p.key: p.text or "office" for p in self.pieces if p.kind == "slot" and p.text} | {
            p.key: "office" for p in self.pieces if p.kind == "office"
        }

    @property
    def tells_all(self) -> bool:
        """Whether what it does not label as a happening is none: relations' patterns were not always read for them."""
        return bool(self.happenings) or not _RELATION_FILE.match(self.source)

    @property
    def skeleton(self) -> str:
        """The words alone, by which two patterns of the same wording are found."""
        words = ("_" if p.kind in {"slot", "office", "anaphor"} else p.text for p in self.pieces)
        return re.sub(r"\W+", " ", "".join(words)).lower().strip()


@cache
def pattern_bank(folder: Path = FOLDER) -> dict[str, tuple[Pattern, ...]]:
    """Returns all patterns by the name of their file: a relation's id, or a happening's class.

    Raises:
        PatternError: A line cannot be read.
    """
    return {
        path.stem: tuple(
            read_pattern(line, f"{path.name}:{number}")
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if line.strip() and not line.startswith("#")
        )
        for path in sorted(folder.glob("*.txt"))
    }


def read_pattern(line: str, source: str) -> Pattern:
    """Reads one line.

    Raises:
        PatternError: It cannot be read.
    """
    text, bar, labels = line.rpartition(" | ")
    if not bar:
        raise PatternError(f"{source}: no labels")
    pieces = tuple(_pieces(text))
    facts: list[PatternFact] = []
    happenings: list[PatternHappening] = []
    offices: list[tuple[str, str]] = []
    for label in labels.split(";"):
        words = label.split()
        if not words or words == ["-"]:
            continue
        if len(words) == _OFFICE_OF and words[1] == "of":
            offices.append((words[0], words[2]))
        elif re.fullmatch(r"h\d?", words[0]):
            happenings.append(_happening(words, source))
        else:
            facts.append(_fact(words, source))
    pattern = Pattern(pieces, tuple(facts), tuple(happenings), tuple(offices), source)
    _check(pattern)
    return pattern


def _pieces(text: str) -> list[Piece]:
    found: list[Piece] = []
    at = 0
    for match in _PART.finditer(text):
        if match.start() > at:
            found.append(Piece("words", text[at : match.start()]))
        at = match.end()
        if match["anaphor"]:
            found.append(Piece("anaphor", match["words"], match["anaphor"]))
        elif match["slot"]:
            found.append(Piece("slot", match["pool"] or "", match["slot"], bool(match["short"])))
        elif match["office"]:
            found.append(Piece("office", match["title"], match["office"]))
        else:
            found.append(Piece("trigger", match["trigger"], match["number"] or ""))
    if at < len(text):
        found.append(Piece("words", text[at:]))
    return found


def _fact(words: list[str], source: str) -> PatternFact:
    left_open = words[0] == "?"
    rest = words[1:] if left_open else words
    try:
        subject, relation, object_, *more = rest
    except ValueError:
        raise PatternError(f"{source}: cannot read the label {' '.join(words)!r}") from None
    modality, named = _qualifiers(more, source)
    return PatternFact(subject, relation, object_, modality, **named, open=left_open)


def _happening(words: list[str], source: str) -> PatternHappening:
    number, kind, *rest = words[0][1:], *words[1:]
    roles = [word.split("=", 1) for word in rest if "=" in word]
    modality, named = _qualifiers([word for word in rest if "=" not in word], source)
    fillers = tuple((role, key) for role, keys in roles for key in keys.split(","))
    if unknown := {role for role, _ in fillers} - set(ROLES):
        raise PatternError(f"{source}: no such role: {', '.join(sorted(unknown))}")
    return PatternHappening(number, kind.replace("-", " "), modality, named["by"], fillers)


def _qualifiers(words: list[str], source: str) -> tuple[str, dict[str, str | None]]:
    modality = "asserted"
    named: dict[str, str | None] = {"by": None, "since": None, "until": None}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word in MODALITIES:
            modality = word
        elif word in named and rest:
            named[word] = rest.pop(0)
        else:
            raise PatternError(f"{source}: cannot read {word!r}")
    return modality, named


def _check(pattern: Pattern) -> None:
    known = pattern.pools.keys()
    used = {key for fact in pattern.facts for key in (fact.subject, fact.object, fact.by, fact.since, fact.until)}
    used |= {key for happening in pattern.happenings for _, key in happening.roles}
    used |= {happening.by for happening in pattern.happenings} | {key for pair in pattern.offices for key in pair}
    used |= {p.key for p in pattern.pieces if p.kind in {"slot", "anaphor"}}
    if missing := sorted(key for key in used - known if key is not None):
        raise PatternError(f"{pattern.source}: no slot {', '.join(missing)}")
    triggers = sorted(p.key for p in pattern.pieces if p.kind == "trigger")
    if triggers != sorted(happening.trigger for happening in pattern.happenings):
        raise PatternError(f"{pattern.source}: triggers and happenings do not match")
