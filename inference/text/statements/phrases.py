"""The wordings that state a relation between two names, one pattern each.

Each is narrow on purpose. Verbs are finite and affirmative, so that "does not own", "would buy" and "plans to move"
match none of them; what goes before and after is checked as well.
"""

import re
from typing import NamedTuple

from inference.text.statements.signs import ANY, DATE, LOCATION, ORGANIZATION, OTHER, PERSON, PRODUCT, WORK, some


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


_P, _O, _L, _W, _D = PERSON, ORGANIZATION, LOCATION, WORK, PRODUCT
_ASIDE = (
    r"(?: \([^()]{1,60}\))?(?:,(?! (?:and|but|or)\b) [^,;]{1,90}(?:, [^,;]{1,60})?,|,(?= [a-z])(?! (?:and|but|"
    r"or)\b))?"
)
"""What may stand between a name and its verb; a single comma ends an apposition: "its mayor, Ann Lee, studied"."""
_WHO = r"(?:(?:, an? (?:[a-z-]+ ){0,3}[a-z-]+)?,? who)?"
_BE = r"(?:is|was|are|were|has been|have been|had been)"
_HAVE = r"(?:has |have |had )?"
_ADVERB = r"(?:(?:also|now|still|currently|recently|later|originally|already|since|then|first|jointly|formally) )?"
_KIND = (
    r"(?:(?:the|an?|its|his|her|their) )?"
    rf"(?:[{LOCATION}{OTHER}] (?!(?:before|after|while|when|then|and|or|but|joining|where)\b))?"
    r"(?:(?!(?:of|in|from|at|on|for|to|with|by|than|near|outside|stakes?|shares?|"
    r"part|assets|control|rights|half|most|not|no|and)\b)[\w'-]+ ){0,4}?"
)
"""Words that say of what kind the next name is: "the Danish carmaker", "the novel"."""

_NEAR = (
    rf"(?:the )?(?:{_L} |{OTHER} )?"
    r"(?:(?:(?:capital|city|town|village|port|state|province|region|county|district|suburb|resort|northern|southern|"
    r"eastern|"
    r"western|central|small|north|south|east|west|coastal|nearby) ){1,3}(?:city |of )?)?"
)
"""Words before a place: "the Danish town of"."""

_WHEN = rf"(?: (?:in|on|around|early in|late in) {DATE},?| last (?:week|month|year))?"

_END = (
    r"(?!'|-)(?= ?(?:[.,;:!?)\]\"\u2014\u2013\u2026]|\Z|--?\s)| (?:in|on|at|for|from|to|by|with|and|but|or|as|last|"
    r"this|next|"
    r"earlier|after|before|when|while|during|since|following|under|until|who|which|that|because|where|today|"
    r"yesterday|"
    r"early|late|again|too|also|then|now|so|is|was|are|were|has|had|have|will|would|via|through|over|amid|despite|"
    rf"instead|together|some|about|nearly|just|only|said|says|its|his|her|their)\b| [{DATE}\ue016])"
)
"""After the last name of a wording: it goes no further, and owns nothing that comes next."""

_BOOK = (
    r"(?:novel|book|memoirs?|biography|autobiography|poem|play|essay|thriller|trilogy|novella|short story|collection|"
    r"bestseller|best-seller|textbook|cookbook|manifesto)"
)
_FILM = (
    r"(?:film|movie|drama|comedy|documentary|thriller|series|sitcom|play|musical|western|picture|sequel|show|horror)"
)
_TITLED = r"(?:(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame|Lord|Lady)\.? )?"
_CHIEF = r"(?:chief executive officer|chief executive|CEO)"
_CHAIR = r"(?:chair(?:man|woman|person)?(?: of the board)?)"
_MAYOR = r"(?<!deputy )(?<!vice )(?<!vice-)(?<!lieutenant )(?<!lord )(?<!night )\b(?:[Mm]ayor|[Gg]overnor)"
_NEW = (
    r"(?:(?:the|its|their|an?) )?(?:(?:new|next|first|second|third|current|interim|acting|co-|executive|global|group|"
    r"long-?time|"
    r"longtime) ?){0,2}"
)
_OTHER_TITLE = r"(?:(?:co-?founder|founder|president|owner|director|chair(?:man|woman|person)?) (?:and|&) )?"
_OF_ITS_OWN = (
    rf"(?:(?!\b(?:rivals?|start-?up|firm|company|charity|group|unit|bank|business|buyer|competitor|subsidiary|owner|parent|"
    rf"(?:from|and) its)\b)[^{_O}]){{1,160}}\bits"
)
"""Between an organization and what is its own, where no other one is spoken of."""

_AND_TITLE = r"(?: (?:and|&) (?:president|chair(?:man|woman|person)?|founder|co-?founder|managing director))?"


def _phrase(relation: str, pattern: str, *, opens: bool = False, school: bool = False) -> Phrase:
    return Phrase(relation, re.compile(pattern), opens, school)


def _leads(relation: str, title: str) -> list[Phrase]:
    """Returns the wordings by which somebody holds an office at the head of an organization."""
    whole = rf"{_OTHER_TITLE}{title}{_AND_TITLE}"
    named = r"(?:named|appointed|hired|made|promoted|elected|names|appoints|hires|promotes|elects|chose|picked)"
    return [
        _phrase(
            relation,
            rf"(?P<s>{_O}){_ASIDE} {_HAVE}{named} {_TITLED}(?P<o>{_P}){_ASIDE} (?:as |to be )?{_NEW}{whole}"
            r"(?!s\b| of | at )",
            opens=True,
        ),
        _phrase(
            relation,
            rf"(?P<o>{_P}){_ASIDE}{_WHO} (?:is|has been|was named|was appointed|became|becomes|has been named|has "
            rf"been "
            rf"appointed|was elected|joins|joined|has joined) (?:as )?{_NEW}{whole} (?:of|at|for) "
            rf"{_KIND}(?P<s>{_O}){_END}",
            opens=True,
        ),
        _phrase(
            relation,
            rf"(?P<o>{_P}){_ASIDE} (?:joins|joined|has joined) {_KIND}(?P<s>{_O}) as {_NEW}{whole}\b",
            opens=True,
        ),
        _phrase(relation, rf"(?P<o>{_P}), {_NEW}{whole} (?:of|at) {_KIND}(?P<s>{_O}){_END}"),
        _phrase(relation, rf"(?P<s>{_O})'s {_NEW}{whole}(?: (?:today|now))?,? (?:is |was )?{_TITLED}(?P<o>{_P})"),
        _phrase(relation, rf"\b{_NEW}{whole} (?:of|at) {_KIND}(?P<s>{_O})(?:, |,? is ){_TITLED}(?P<o>{_P}){_END}"),
        _phrase(relation, rf"^[^{_O}]*(?P<s>{_O}){_OF_ITS_OWN} {_NEW}{whole},? {_TITLED}(?P<o>{_P}){_END}"),
        _phrase(relation, rf"(?P<s>{_O})(?: \([^()]*\))?, whose {_NEW}{whole} is {_TITLED}(?P<o>{_P}){_END}"),
    ]


_OWNING = r"(?:bought|buys|acquired|acquires|purchased|purchases)"
_MOVES = (
    r"(?:moved|moves|relocated|relocates|shifted|shifts|transferred) (?:(?:its|their|the) )?"
    r"(?:(?:global|corporate|main) )?(?:headquarters|head office|main office|seat)"
)
_FOUNDED = r"(?:co-?)?founded"
_COMPOSED = r"(?:composed|wrote|scored) (?:the )?(?:music|score|soundtrack) (?:for|to|of)"

PHRASES: tuple[Phrase, ...] = (
    # places of birth and death
    _phrase(
        "P19",
        rf"(?P<s>{some(_P)}){_ASIDE}{_WHO} (?:was|were) born (?:on {DATE} |{DATE} )?(?:and (?:raised|"
        rf"brought up|grew up) )?"
        rf"in {_NEAR}(?P<o>{_L}){_END}",
        opens=True,
    ),
    _phrase("P19", rf"(?P<s>{_P}), (?:who was )?born (?:on {DATE} |in {DATE} )?in {_NEAR}(?P<o>{_L}){_END}"),
    _phrase(
        "P19",
        rf"^Born (?:on {DATE} |{DATE} )?in {_NEAR}(?P<o>{_L})(?:,| and)(?:[^;.{_P}]{{0,120}},)? "
        rf"(?:(?:the|an?) (?:[a-z-]+ ){{1,4}})?(?P<s>{_P})(?!'| and)",
    ),
    _phrase("P19", rf"(?P<o>{_L})-born (?:[a-z-]+ ){{0,3}}(?P<s>{_P})"),
    _phrase(
        "P20",
        rf"(?P<s>{_P}){_ASIDE}{_WHO} died(?:(?! (?:in|near) {_L}| born)[^,;{_P}{_L}{_O}]){{0,60}} in "
        rf"{_NEAR}(?P<o>{_L}){_END}",
        opens=True,
    ),
    # schools and employers
    _phrase(
        "P69",
        rf"(?P<s>{some(_P)}){_ASIDE}{_WHO} (?:(?:was|were) born [^;.]{{1,60}} and )?"
        rf"{_HAVE}{_ADVERB}(?:studied|graduated|trained|was educated|were "
        rf"educated)"
        rf"(?: [a-z' -]{{1,40}}?)? (?:at|from) {_KIND}(?P<o>{_O}){_END}",
        opens=True,
    ),
    _phrase(
        "P69",
        rf"(?P<s>{_P}){_ASIDE}{_WHO} {_HAVE}(?:attended|attends|went to|goes to|received a [a-z' ]{{1,40}} "
        rf"from|"
        rf"received an? [a-z' ]{{1,40}} from|(?:earned|holds|has|got|took) (?:an?|his|her|their) (?:[a-z'-]+ ){{0,4}}"
        rf"(?:degree|degrees|doctorate|diploma|master's|bachelor's|PhD|MBA|MA|BA)(?: [a-z' ]{{1,30}})? (?:at|from)) "
        rf"{_KIND}(?P<o>{_O}){_END}",
        opens=True,
        school=True,
    ),
    _phrase(
        "P69",
        rf"(?P<s>{_P})(?:, | is |, who is )(?:an? |another )?(?:[a-z]+ )?(?:graduate|alumnus|alumna) of "
        rf"{_KIND}(?P<o>{_O}){_END}",
    ),
    _phrase(
        "P108",
        rf"(?P<s>{_P}){_ASIDE}{_WHO} {_ADVERB}works (?:for|at) {_KIND}(?P<o>{_O}){_END}",
        opens=True,
    ),
    _phrase("P108", rf"(?P<s>{some(_P)}){_ASIDE} {_BE} hired by {_KIND}(?P<o>{_O}){_END}", opens=True),
    _phrase(
        "P108",
        rf"(?P<o>{_O}){_ASIDE}(?: [^,;{_O}]{{1,80}} and)? {_HAVE}(?:hired|hires|recruited) "
        rf"{_KIND}{_TITLED}(?P<s>{some(_P)}){_END}",
        opens=True,
    ),
    _phrase("P108", rf"(?P<s>{_P}), an employee of {_KIND}(?P<o>{_O}){_END}"),
    _phrase("P108", rf"(?P<s>{_P}), an? (?:[a-z-]+ ){{1,4}}employed by {_KIND}(?P<o>{_O}){_END}"),
    # works
    _phrase("P50", rf"(?P<o>{_P}){_ASIDE}(?:,| is|, who is) (?:the )?author of {_KIND}(?P<s>{_W}){_END}"),
    _phrase(
        "P50",
        rf"(?P<o>{some(_P)}){_ASIDE}{_WHO} {_HAVE}(?:co-)?wrote (?:[a-z'-]+ ){{0,3}}?{_BOOK} "
        rf"(?P<s>{_W}){_END}",
        opens=True,
    ),
    _phrase(
        "P50", rf"{_BOOK}s? \"?(?P<s>{_W})\"?(?:,| {_BE}|, which {_BE}) {_ADVERB}written by (?P<o>{some(_P)}){_END}"
    ),
    _phrase("P50", rf"(?P<s>{_W})\"?, an? (?:[a-z-]+ ){{0,2}}{_BOOK} (?:written )?by (?P<o>{some(_P)}){_END}"),
    _phrase("P50", rf"(?P<s>{_W})\"?, whose author(?:,| is) (?P<o>{_P}){_END}"),
    _phrase("P50", rf"(?P<o>{_P})'s (?:[a-z-]+ ){{0,3}}{_BOOK},? \"?(?P<s>{_W})"),
    _phrase("P57", rf"(?P<o>{some(_P)}){_ASIDE}{_WHO} {_HAVE}(?:co-)?directed {_KIND}\"?(?P<s>{_W})", opens=True),
    _phrase("P57", rf"(?P<s>{_W})\"?(?:,| {_BE}|, which {_BE}) {_ADVERB}directed by (?P<o>{some(_P)}){_END}"),
    _phrase(
        "P57",
        rf"(?P<s>{_W})\"?, an? (?:[a-z-]+ ){{0,3}}{_FILM} (?:(?:written|produced) and )?directed by "
        rf"(?P<o>{some(_P)}){_END}",
    ),
    _phrase(
        "P58",
        rf"(?P<o>{some(_P)}) wrote (?:the|its) (?:script|screenplay) (?:of|for) {_KIND}\"?(?P<s>{_W})",
        opens=True,
    ),
    _phrase(
        "P162",
        rf"(?P<s>{_W})\"?(?:,| {_BE}|, which {_BE})(?: directed by [^;.{_W}]{{1,60}} and)? {_ADVERB}produced by "
        rf"(?P<o>{some(_P)}){_END}",
    ),
    _phrase("P57", rf"(?P<o>{_P})(?:,| is|, who is) (?:the )?director of (?:the )?(?:[a-z-]+ )?{_FILM} \"?(?P<s>{_W})"),
    _phrase(
        "P161",
        rf"(?P<o>{_P}){_ASIDE}{_WHO} (?:plays|played|portrays|portrayed|stars|starred|appears|appeared)"
        rf"(?: [^,;.{_P}{_W}]{{1,80}}?)? in (?:the )?(?:[a-z-]+ ){{0,3}}\"?(?P<s>{_W})",
        opens=True,
    ),
    _phrase(
        "P161",
        rf"\b[Ii]n (?:the )?(?:[\w-]+ )?{_FILM} \"?(?P<s>{_W})\"?, (?P<o>{_P}) (?:plays|played|portrays|portrayed)\b",
    ),
    _phrase(
        "P86",
        rf"(?P<o>{some(_P)}){_ASIDE}{_WHO} {_HAVE}{_COMPOSED} {_KIND}\"?(?P<s>{_W})",
        opens=True,
    ),
    _phrase(
        "P86",
        rf"(?P<o>{_P}),? who {_COMPOSED} {_KIND}\"?(?P<s>{_W})",
    ),
    # organizations
    _phrase("P112", rf"(?P<o>{some(_P)}){_ASIDE}{_WHO} {_HAVE}{_FOUNDED} {_KIND}(?P<s>{_O}){_END}", opens=True),
    _phrase(
        "P112",
        rf"(?P<s>{_O}){_ASIDE}(?:,|(?:, which)? {_BE}) {_ADVERB}{_FOUNDED}{_WHEN} by (?:the )?(?:[a-z]+ "
        rf")?(?P<o>{some(_P)}){_END}",
    ),
    _phrase("P112", rf"^[^{_O}]*(?P<s>{_O}){_OF_ITS_OWN} (?:co-?)?founder,? {_TITLED}(?P<o>{_P}){_END}"),
    _phrase("P112", rf"(?P<s>{_O}), which (?P<o>{some(_P)}) {_HAVE}{_FOUNDED}\b"),
    _phrase("P112", rf"(?P<o>{_P}), (?:the )?(?:co-?)?founder of {_KIND}(?P<s>{_O}){_END}"),
    _phrase("P112", rf"(?P<s>{_O})(?:'s)? (?:co-?)?founder,? {_TITLED}(?P<o>{_P})"),
    _phrase("P112", rf"\b(?:co-?)?founder of {_KIND}(?P<s>{_O}), {_TITLED}(?P<o>{_P}){_END}"),
    _phrase(
        "P571", rf"(?P<s>{_O})(?:,|(?:, which)? was) {_ADVERB}(?:founded|established|formed|set up) in (?P<o>{DATE})"
    ),
    _phrase(
        "P127",
        rf"(?P<s>{some(_O)}){_ASIDE}(?:,|,? who|, which)?(?: {_BE} [^;{_O}]{{1,120}} and)? {_BE} {_ADVERB}"
        rf"(?:bought|acquired|purchased|owned){_WHEN} by {_KIND}(?P<o>[{_O}{_P}]){_END}",
        opens=True,
    ),
    _phrase("P127", rf"{_O}{_ASIDE} {_HAVE}sold {_KIND}(?P<s>{_O}) to {_KIND}(?P<o>[{_O}{_P}]){_END}", opens=True),
    _phrase("P127", rf"(?P<s>{_O}), (?:which {_BE} )?owned by {_KIND}(?P<o>[{_O}{_P}]){_END}"),
    _phrase("P127", rf"(?P<o>{_O}){_ASIDE} {_HAVE}{_ADVERB}{_OWNING} {_KIND}(?P<s>{_O}){_END}", opens=True),
    _phrase("P127", rf"(?P<o>[{_O}{_P}]){_ASIDE}(?:, who|, which)? owns {_KIND}(?P<s>[{_O}{_W}]){_END}", opens=True),
    _phrase("P127", rf"(?P<s>{_O}){_ASIDE}(?: {_BE} [^;{_O}]{{1,120}} and)? belongs to (?P<o>{_O}){_END}", opens=True),
    _phrase("P127", rf"(?P<s>{_O}){_ASIDE} (?:was|has been) sold to (?P<o>{_O}){_END}", opens=True),
    _phrase(
        "P749",
        rf"(?P<s>{_O})(?: \([^()]{{1,60}}\))?(?:,| is|, which is) (?:an?|the) (?:wholly[ -]owned )?(?:[a-z-]+ "
        rf"){{0,2}}"
        rf"(?:subsidiary|unit|division|arm) of {_KIND}(?P<o>{_O}){_END}",
    ),
    _phrase("P749", rf"(?P<s>{_O}), whose parent(?: company| group)? is (?P<o>{_O}){_END}"),
    _phrase("P749", rf"(?P<s>{_O})'s parent(?: company| group)?,? (?:is )?(?P<o>{_O}){_END}"),
    _phrase("P749", rf"(?P<o>{_O})'s (?:[a-z-]+ ){{0,2}}(?:subsidiary|unit),? (?P<s>{_O}){_END}"),
    _phrase("P749", rf"^[^{_O}]*(?P<o>{_O}){_OF_ITS_OWN} (?:[a-z-]+ ){{0,3}}(?:subsidiary|unit),? (?P<s>{_O}){_END}"),
    _phrase(
        "P159",
        rf"(?P<s>{some(_O)}){_ASIDE}(?:, which)? (?:is|are) {_ADVERB}(?:headquartered|based) in "
        rf"{_NEAR}(?P<o>{_L}){_END}",
        opens=True,
    ),
    _phrase(
        "P159",
        rf"(?P<s>{_O})(?: \([^()]{{1,60}}\))?, (?:which is |a [a-z -]{{1,60}} )?{_ADVERB}(?:headquartered|based) in "
        rf"{_NEAR}(?P<o>{_L}){_END}",
    ),
    *(
        _phrase("P159", rf"(?P<s>{_O}){_ASIDE} {_HAVE}{_MOVES} {place}{_END}", opens=True)
        for place in (
            rf"from {_NEAR}(?P<o>{_L}) to {_NEAR}{_L}",
            rf"from {_NEAR}{_L} to {_NEAR}(?P<o>{_L})",
            rf"to {_NEAR}(?P<o>{_L}) from {_NEAR}{_L}",
            rf"to {_NEAR}{_L} from {_NEAR}(?P<o>{_L})",
        )
    ),
    _phrase("P159", rf"(?P<o>{_L})(?:, {_L}\.?)?-(?:based|headquartered) (?:[a-z-]+ ){{0,3}}(?P<s>{_O})"),
    _phrase(
        "P159",
        rf"(?P<s>{_O})(?:'s|, whose) (?:headquarters|head office|main office) (?:is|are) in {_NEAR}(?P<o>{_L}){_END}",
    ),
    _phrase(
        "P159",
        rf"(?P<s>{_O}){_ASIDE} has its (?:headquarters|head office|main office|seat) in {_NEAR}(?P<o>{_L}){_END}",
        opens=True,
    ),
    _phrase(
        "P176",
        rf"(?P<s>{_D})(?: [a-z-]+){{0,3}}?(?:,| {_BE}|, {_BE}|, which {_BE}) (?:made|manufactured|built|produced) by "
        rf"{_KIND}(?P<o>{_O}){_END}",
    ),
    _phrase(
        "P176", rf"(?P<o>{_O}){_ASIDE} (?:makes|manufactures|builds|produces) {_KIND}(?P<s>{_D}){_END}", opens=True
    ),
    _phrase(
        "P178",
        rf"(?P<s>[{_D}{_W}])(?: [a-z-]+){{0,3}}?(?:,| {_BE}|, which {_BE}) developed by {_KIND}(?P<o>{_O}){_END}",
    ),
    *_leads("P169", _CHIEF),
    *_leads("P488", _CHAIR),
    _phrase("P488", rf"(?P<o>{_P}){_ASIDE}{_WHO} {_ADVERB}(?:chairs|chaired) {_KIND}(?P<s>{_O}){_END}", opens=True),
    _phrase("P6", rf"{_MAYOR} of {_NEAR}(?P<s>{_L})(?: is|,) {_TITLED}(?P<o>{_P}){_END}"),
    _phrase("P6", rf"(?P<o>{_P}), (?:the )?{_MAYOR} of {_NEAR}(?P<s>{_L}){_END}"),
    _phrase("P6", rf"(?P<s>{_L})(?:'s|,? whose) {_MAYOR}(?:,| is)? {_TITLED}(?P<o>{_P}){_END}"),
    _phrase(
        "P6",
        rf"(?P<o>{_P}){_ASIDE}{_WHO} (?:is|has been|became|was elected|was re-elected) (?:the )?{_MAYOR} of {_NEAR}"
        rf"(?P<s>{_L}){_END}",
        opens=True,
    ),
    # places
    _phrase("P36", rf"\b[Tt]he capital (?:city )?of (?P<s>{_L}) is (?P<o>{_L}){_END}"),
    _phrase("P36", rf"(?P<o>{_L})(?:,| is) the capital (?:city )?of (?P<s>{_L}){_END}"),
    _phrase("P36", rf"(?P<s>{_L})'s capital(?: city)?,? (?:is )?(?P<o>{_L}){_END}"),
)
"""All wordings, but those of kinship."""

SCHOOL = re.compile(
    r"\b(?:universit\w+|college|school|institute|academy|polytechnic|conservator\w+|seminary|tech|lyc[eé]e|gymnasium|"
    r"faculty|mit|eth|oxford|cambridge|harvard|yale|stanford|princeton)\b",
    re.IGNORECASE,
)

_BOUNDARY = re.compile(
    r"[,;:.!?()\"\u2014\u2013]|\b(?:and|but|that|because|while|when|after|before|as|said|says|whether)\b"
)
_TURNED = re.compile(
    rf"\b(?:of|by|with|from|for|to|at|in|on|than|like|about|against|near|between|behind|under|over|into|who|whom|"
    rf"whose|"
    rf"which|is|was|are|were|has|[Hh]ad|[Ss]hould|not|no|never|neither|nor)\b|{ANY}'|'s "
)
_WHEN_FIRST = re.compile(rf"^ ?(?:[Ii]n|[Oo]n|[Ss]ince|[Bb]y) (?:early |late )?{DATE}\s*")


def opens_clause(text: str, place: int) -> bool:
    """Returns whether the name at a place of a sentence with signs is what its clause is about.

    Nothing but an article, a title or a few words of description may stand between the beginning of the clause and it.

    Args:
        text: The sentence with signs.
        place: Where the name's sign stands.
    """
    before = text[max(0, place - 120) : place]
    cuts = [match.end() for match in _BOUNDARY.finditer(before)]
    own = before[cuts[-1] :] if cuts else before
    return not _TURNED.search(_WHEN_FIRST.sub("", own))
