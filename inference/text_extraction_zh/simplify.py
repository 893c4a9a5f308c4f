"""One form for each character: traditional becomes simplified, full-width becomes half-width.

One character always becomes one, so that offsets into the text stay valid. Where the right form depends on the phrase
(乾隆 keeps its 乾, 乾杯 does not), the character alone decides: both spellings only need to become equal, not correct.

The table is OpenCC's TSCharacters (Apache-2.0), from the package opencc-python-reimplemented.
"""

import unicodedata
from functools import lru_cache
from importlib.resources import files


@lru_cache
def _table() -> dict[int, str]:
    table = {}
    for code in range(0xFF01, 0xFFEF):
        half = unicodedata.normalize("NFKC", chr(code))
        if len(half) == 1:
            table[code] = half
    lines = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        traditional, _, simplified = line.partition("\t")
        first = simplified.split(" ")[0]
        if len(traditional) == len(first) == 1:
            table[ord(traditional)] = first
    return table


def simplify(text: str) -> str:
    """Returns the text in simplified, half-width characters, with its length unchanged."""
    return text if text.isascii() else text.translate(_table())
