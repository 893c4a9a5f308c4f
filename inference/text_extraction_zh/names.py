"""The canonical names of Chinese mentions.

A name keeps its characters in simplified form, so that 蘋果公司 and 苹果公司 are one entity. A country gets its English
name, so that it is one entity in both languages. A name in Latin letters is treated as in an English text.
"""

import re
from collections.abc import Sequence

from inference.text.names.canonical import LONGEST_NAME, canonical_name, peel, vote_types
from inference.text.types import TextMention
from inference.text_extraction.mentions import RawMention, surfaces_of
from inference.text_extraction_zh.countries import COUNTRIES
from inference.text_extraction_zh.simplify import simplify

_EDGE = " \t\u3000\"'`.,;:!?*|/\\-—_~·“”‘’「」『』《》〈〉、。"  # noqa: RUF001
_DOTS = str.maketrans(dict.fromkeys("•‧・∙⋅", "·"))
_PAIRS = {"(": ")", "[": "]", "【": "】"}
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")


def canonical_name_zh(text: str) -> str:
    """Returns the canonical name of a mention, given its text; "" if nothing is left.

    White space and punctuation at the edges are removed, dots within foreign names are unified. Idempotent.
    """
    simple = simplify(text).translate(_DOTS)
    if not _HAN.search(simple):
        return canonical_name(_peel(simple))
    name = _peel("".join(c for c in simple if not c.isspace() and c.isprintable()))
    return COUNTRIES.get(name, name)


def _peel(name: str) -> str:
    """Peels until nothing changes."""
    before = None
    while name != before:
        before = name
        name = peel(name, _EDGE, _PAIRS)
    return name


def name_mentions_zh(raw: Sequence[RawMention]) -> list[TextMention | None]:
    """Returns each mention with its canonical name and its type within the article; None where no name is left.

    All mentions of a name in an article are of one type, and a country is a place.

    Raises:
        TooCostlyError: There are too many, or the item's budget is spent.
    """
    surfaces = surfaces_of(raw)
    names = [canonical_name_zh(surface) for surface in surfaces]
    types = vote_types(names, [mention.type for mention in raw], [mention.score for mention in raw])
    types |= dict.fromkeys(types.keys() & _COUNTRIES, "location")
    return [
        TextMention(mention.field, mention.span, surface, types[name], name, mention.score)
        if 0 < len(name) <= LONGEST_NAME
        else None
        for mention, surface, name in zip(raw, surfaces, names, strict=True)
    ]


_COUNTRIES = frozenset(COUNTRIES.values())
"""The English names of countries."""
