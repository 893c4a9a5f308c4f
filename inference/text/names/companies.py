"""Companies without their legal form: "Voss Motoren" and "Voss Motoren GmbH" are one company."""

import re
from collections.abc import Iterable
from functools import lru_cache

from cleanco.clean import get_unique_terms, normalize_terms

_MORE = "se pty pvt private oyj publ kabushiki kaisha gaisha societe anonyme aktiengesellschaft co company"
"""Legal forms, or parts of them, that cleanco lacks."""

_WORDS = (
    "private ent etat coop koop sem sep sal dat vat tov teo fop sia psu pse cic cio cpt fie fcp esv stg sicav pllc "
    "obrt ses gte unlimited descendants soc col com gie peec and des por scoop scop sad saa kom suc tapui sogepa obch"
)
"""Parts of cleanco's forms that are words or names as well."""


_SHORT = "ag sa se ab as nv bv oy kg kk co lp sl gk yk"
"""Forms of two letters that news uses; others are also words, places or parts of names."""

_LEAST_LETTERS = 4
_PLAIN = frozenset({"co", "inc", "ltd", "llc", "plc", "oyj", "kft", "zrt", "pty", "pte", "pvt", "sdn", "bhd"})
"""Short forms that are nothing else, however they are written."""
_MOST_WORDS = 5
_SIGNS = re.compile(r"[.,/()-]")


def _known() -> frozenset[str]:
    words = {word for term in normalize_terms(get_unique_terms()) for word in term.replace("/", "").split()}
    long = {word for word in words if len(word) > len("sa") and word.isalpha()}
    return frozenset((long | set(_MORE.split())) - set(_WORDS.split()) | set(_SHORT.split()) | {"private"})


_FORMS = _known()
_ONLY_BEFORE_OTHERS = frozenset({"private", "and", "&"})
"""Words that belong to a legal form only before another one: "Private Limited", "& Co."."""


@lru_cache(maxsize=1 << 14)
def without_legal_form(name: str) -> str:
    """Returns a name without the legal form at its end; the name itself if it has none or nothing else.

    Short forms count only in capitals or with stops, as companies write them: "Nordal AB", "Acme S.A.".
    """
    words = name.split()
    end = len(words)
    while end > 1 and len(words) - end < _MOST_WORDS:
        word = words[end - 1]
        plain = _SIGNS.sub("", word).lower()
        if plain in _ONLY_BEFORE_OTHERS:
            if end == len(words):
                break
        elif plain not in _FORMS or (len(plain) < _LEAST_LETTERS and not _written_as_form(word, plain)):
            break
        end -= 1
    return " ".join(words[:end]).rstrip(" ,&") or name


def _written_as_form(word: str, plain: str) -> bool:
    return plain in _PLAIN or "." in word[:-1] or sum(letter.isupper() for letter in word) > 1


def full_companies(names: Iterable[str]) -> dict[str, str]:
    """Maps each company's name without legal form to the one with it, if an article has both and only one such."""
    known = set(names)
    full: dict[str, set[str]] = {}
    for name in known:
        bare = without_legal_form(name)
        if bare != name and bare in known:
            full.setdefault(bare, set()).add(name)
    return {bare: found.pop() for bare, found in full.items() if len(found) == 1}
