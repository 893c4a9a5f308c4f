"""The form in which names of places are compared: in lower case, without diacritics and signs."""

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = re.compile(r"['’.]")  # noqa: RUF001
_APART = re.compile(r"[\W_]+")


@lru_cache(maxsize=1 << 14)
def place_key(name: str) -> str:
    """Returns the form of a place's name that its spellings share: "st louis" for "St. Louis"."""
    parts = unicodedata.normalize("NFKD", name.casefold())
    text = _APOSTROPHES.sub("", "".join(c for c in parts if not unicodedata.combining(c)))
    words = _APART.sub(" ", text).split()
    return " ".join("st" if word == "saint" else word for word in words)
