"""Names that end in an apostrophe of their own: "McDonald's" is no possessive, "Germany's" is one."""

import re

_KNOWN = (
    "McDonald's, Moody's, Sotheby's, Christie's, Kohl's, Macy's, Bloomingdale's, Wendy's, Levi's, Sainsbury's, Lowe's, "
    "Kellogg's, Hershey's, Domino's, Denny's, Trader Joe's, BJ's, Chili's, Arby's, Hardee's, Papa John's, Dillard's, "
    "Barney's, Ben & Jerry's, Jack Daniel's, Claire's, Zaxby's, Culver's, Bojangles', Dunkin', Jimmy John's, Popeye's, "
    "Applebee's, Friendly's, Chuck E. Cheese's, Smucker's, Cabela's, Nando's, Carluccio's, Fuller's, Barnardo's, "
    "Hellmann's, Cadbury's, Rowntree's, Thornton's, Standard & Poor's, St. John's, St John's, St. Peter's, St Peter's, "
    "St. Paul's, St Paul's, St. Mary's, St Mary's, St. Joseph's, St Joseph's, Lloyd's"
)
KNOWN = frozenset(name.casefold() for name in _KNOWN.split(", "))
"""Companies, brands, and towns and churches named for saints, in small letters."""

_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)  # noqa: RUF001
_MARKS = str.maketrans("’", "'")  # noqa: RUF001
_NAMED_THINGS = frozenset(("organization", "work", "product"))

_GOES_ON = re.compile(
    r"\s*(?:[,;:.!?)\]\"”]|\Z)|\s+(?:is|was|are|were|be|has|had|have|will|would|can|could|may|might|must|shall|should|did|"
    r"does|said|says|and|or|but|in|on|at|of|to|for|from|by|with|as|than|after|before|since|because|who|which|that|also|"
    r"announced|announces|reported|reports|plans|plan|agreed|agrees|declined|declines|hopes|wants|expects|expected|"
    r"(?:[a-z]{2,}ed|names|buys|bought|sells|sold|opens|began|hires|made|makes|took|won|lost|paid|grew|fell|rose|cut|"
    r"cuts|became|found|built|runs|ran)(?=\s+(?:an?|the|its|his|her|their|[A-Z$£€\d])))\b"
)
"""What follows a name within a sentence. A possessive is followed by what is possessed."""


def owns_apostrophe(surface: str, type_: str, text: str, end: int) -> bool:
    """Returns whether the apostrophe at the end of a mention belongs to the name.

    Args:
        surface: The mention as written, with the apostrophe.
        type_: Its type. People and most places only have possessives.
        text: The text that it is in.
        end: Where it ends there.
    """
    if not has_apostrophe(surface):
        return False
    return is_known(surface) or (type_ in _NAMED_THINGS and _GOES_ON.match(text, end) is not None)


def has_apostrophe(surface: str) -> bool:
    """Returns whether a mention as written ends in an apostrophe and an s."""
    return _POSSESSIVE.search(surface) is not None


def is_known(name: str) -> bool:
    """Returns whether a name is known to end in an apostrophe of its own."""
    return name.translate(_MARKS).casefold() in KNOWN
