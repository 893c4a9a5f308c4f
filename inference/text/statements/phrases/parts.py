"""What the wordings are made of: the pieces that several of them share."""

import re
from typing import NamedTuple

from inference.text.statements.signs import DATE, LOCATION, OTHER


class Phrase(NamedTuple):
    """A wording.

    Attributes:
        relation: The relation's id.
        pattern: Its groups `s` and `o` hold the names of subject and object.
        opens: Whether its first name must begin a clause: in "the son of Ann Lee was born in York", who was born is not
            Ann Lee.
        school: Whether the object must be a school by its name.
    """

    relation: str
    pattern: re.Pattern[str]
    opens: bool = False
    school: bool = False


ASIDE = (
    r"(?: \([^()]{1,60}\))?(?:,(?! (?:and|but|or)\b) [^,;]{1,90}(?:, (?!and )[^,;]{1,60})?,|,(?= [a-z])(?! (?:and|but|"
    r"or)\b))?"
)
"""What may stand between a name and its verb; a single comma ends an apposition: "its mayor, Ann Lee, studied"."""

WHO = r"(?:(?:, an? (?:[a-z-]+ ){0,3}[a-z-]+)?,? who)?"

BE = r"(?:is|was|are|were|has been|have been|had been)"

HAVE = r"(?:has |have |had )?"

ADVERB = r"(?:(?:also|now|still|currently|recently|later|originally|already|since|then|first|jointly|formally) )?"

KIND = (
    r"(?:(?:the|an?|its|his|her|their) )?"
    rf"(?:[{LOCATION}{OTHER}](?:-[a-z]+)? (?!(?:before|after|while|when|then|and|or|but|joining|where)\b))?"
    r"(?:(?!(?:of|in|from|at|on|for|to|with|by|than|near|outside|stakes?|shares?|"
    r"part|assets|control|rights|half|most|not|no|and)\b)[\w'-]+ ){0,4}?"
)
"""Words that say of what kind the next name is: "the Danish carmaker", "the novel"."""

NEAR = (
    rf"(?:the )?(?:{LOCATION} |{OTHER} )?"
    r"(?:(?:(?:capital|city|town|village|port|state|province|region|county|district|suburb|resort|northern|southern|"
    r"eastern|"
    r"western|central|small|north|south|east|west|coastal|nearby) ){1,3}(?:city |of )?)?"
)
"""Words before a place: "the Danish town of"."""

WHEN = rf"(?: (?:in|on|around|early in|late in) {DATE},?| last (?:week|month|year))?"

END = (
    r"(?!'|-)(?= ?(?:[.,;:!?)\]\"\u2014\u2013\u2026]|\Z|--?\s)| (?:in|on|at|for|from|to|by|with|and|but|or|as|last|"
    r"this|next|"
    r"earlier|after|before|when|while|during|since|following|under|until|who|which|that|because|where|today|"
    r"yesterday|"
    r"early|late|again|too|also|then|now|so|is|was|are|were|has|had|have|will|would|via|through|over|amid|despite|"
    rf"instead|together|some|about|nearly|just|only|said|says|its|his|her|their)\b| [{DATE}\ue016])"
)
"""After the last name of a wording: it goes no further, and owns nothing that comes next."""

TITLED = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame|Lord|Lady)\.? )?"


def phrase(relation: str, pattern: str, *, opens: bool = False, school: bool = False) -> Phrase:
    """Returns a wording; see `Phrase`."""
    return Phrase(relation, re.compile(pattern), opens, school)
