"""Who founded, owns and leads organizations, where they are and what they make; and of places."""

from inference.text.statements.phrases.parts import (
    ADVERB,
    ASIDE,
    BE,
    END,
    HAVE,
    KIND,
    NEAR,
    TITLED,
    WHEN,
    WHO,
    Phrase,
    phrase,
)
from inference.text.statements.signs import DATE, LOCATION, ORGANIZATION, PERSON, PRODUCT, WORK, some

_P, _O, _L, _W, _D = PERSON, ORGANIZATION, LOCATION, WORK, PRODUCT
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
_OWNING = r"(?:bought|buys|acquired|acquires|purchased|purchases)"
_MOVES = (
    r"(?:moved|moves|relocated|relocates|shifted|shifts|transferred) (?:(?:its|their|the) )?"
    r"(?:(?:global|corporate|main) )?(?:headquarters|head office|main office|seat)"
)
_FOUNDED = r"(?:co-?)?founded"


def _leads(relation: str, title: str) -> list[Phrase]:
    """Returns the wordings by which somebody holds an office at the head of an organization."""
    whole = rf"{_OTHER_TITLE}{title}{_AND_TITLE}"
    named = r"(?:named|appointed|hired|made|promoted|elected|names|appoints|hires|promotes|elects|chose|picked)"
    return [
        phrase(
            relation,
            rf"(?P<s>{_O}){ASIDE} {HAVE}{named} {TITLED}(?P<o>{_P}){ASIDE} (?:as |to be )?{_NEW}{whole}"
            r"(?!s\b| of | at )",
            opens=True,
        ),
        phrase(
            relation,
            rf"(?P<o>{_P}){ASIDE}{WHO} (?:is|has been|was named|was appointed|became|becomes|has been named|has "
            rf"been "
            rf"appointed|was elected|joins|joined|has joined) (?:as )?{_NEW}{whole} (?:of|at|for) "
            rf"{KIND}(?P<s>{_O}){END}",
            opens=True,
        ),
        phrase(
            relation,
            rf"(?P<o>{_P}){ASIDE} (?:joins|joined|has joined) {KIND}(?P<s>{_O}) as {_NEW}{whole}\b",
            opens=True,
        ),
        phrase(relation, rf"(?P<o>{_P}), {_NEW}{whole} (?:of|at) {KIND}(?P<s>{_O}){END}"),
        phrase(relation, rf"(?P<s>{_O})'s {_NEW}{whole}(?: (?:today|now))?,? (?:is |was )?{TITLED}(?P<o>{_P})"),
        phrase(relation, rf"\b{_NEW}{whole} (?:of|at) {KIND}(?P<s>{_O})(?:, |,? is ){TITLED}(?P<o>{_P}){END}"),
        phrase(relation, rf"^[^{_O}]*(?P<s>{_O}){_OF_ITS_OWN} {_NEW}{whole},? {TITLED}(?P<o>{_P}){END}"),
        phrase(
            relation,
            rf"(?P<s>{_O})(?: \([^()]*\))?(?: in {_L})?, whose {_NEW}{whole}(?: is| was|,) {TITLED}(?P<o>{_P}){END}",
        ),
        phrase(
            relation,
            rf"(?P<s>{_O}){ASIDE} [^;.{_O}{_P}]{{0,90}}, (?:naming|appointing|electing|hiring|promoting|choosing) "
            rf"{TITLED}(?P<o>{_P}){ASIDE} (?:as |to be )?{_NEW}{whole}(?!s\b| of | at )",
            opens=True,
        ),
        phrase(
            relation,
            rf"(?P<o>{_P}){ASIDE}{WHO} (?:took over|takes over|has taken over|started|starts|begins|began|returns|"
            rf"returned|has returned)(?: (?:on|in) {DATE})? as {_NEW}{whole} (?:of|at) "
            rf"{KIND}(?:[a-z]+, )?(?P<s>{_O}){END}",
            opens=True,
        ),
        phrase(
            relation,
            rf"(?P<o>{_P}), who [^,;{_P}]{{1,100}} and (?:is|has become|became) {_NEW}{whole} (?:of|at) "
            rf"{KIND}(?P<s>{_O}){END}",
        ),
    ]


OF_ORGANIZATIONS: tuple[Phrase, ...] = (
    phrase("P112", rf"(?P<o>{some(_P)}){ASIDE}{WHO} {HAVE}{_FOUNDED} {KIND}(?:[a-z-]+, )?(?P<s>{_O}){END}", opens=True),
    phrase(
        "P112",
        rf"(?P<s>{_O}){ASIDE}(?:,|(?:, which)? {BE}) {ADVERB}{_FOUNDED}{WHEN} by (?:the )?(?:[a-z]+ "
        rf")?(?P<o>{some(_P)}){END}",
    ),
    phrase(
        "P112",
        rf"^(?:Co-?f|F)ounded{WHEN} by (?:the )?(?:[a-z]+ )?(?P<o>{some(_P)}){WHEN}, {KIND}(?P<s>{_O})(?!'|-)",
    ),
    phrase(
        "P112",
        rf"(?P<s>{_O})(?: \([^()]*\))?, (?:an?|the) (?:[a-z-]+ ){{1,4}}{_FOUNDED}{WHEN} by (?:the )?(?:[a-z]+ )?"
        rf"(?P<o>{some(_P)}){END}",
    ),
    phrase("P112", rf"^[^{_O}]*(?P<s>{_O}){_OF_ITS_OWN} (?:co-?)?founder,? {TITLED}(?P<o>{_P}){END}"),
    phrase("P112", rf"(?P<s>{_O}), which (?P<o>{some(_P)}) {HAVE}{_FOUNDED}\b"),
    phrase("P112", rf"(?P<o>{_P}), (?:the )?(?:co-?)?founder of {KIND}(?P<s>{_O}){END}"),
    phrase("P112", rf"(?P<s>{_O})(?:'s)? (?:co-?)?founder,? {TITLED}(?P<o>{_P})"),
    phrase("P112", rf"\b(?:co-?)?founder of {KIND}(?P<s>{_O}), {TITLED}(?P<o>{_P}){END}"),
    phrase(
        "P571", rf"(?P<s>{_O})(?:,|(?:, which)? was) {ADVERB}(?:founded|established|formed|set up) in (?P<o>{DATE})"
    ),
    phrase(
        "P127",
        rf"(?P<s>{some(_O)}){ASIDE}(?:,|,? who|, which)?(?: {BE} [^;{_O}]{{1,120}} and)? {BE} {ADVERB}"
        rf"(?:bought|acquired|purchased|owned){WHEN} by {KIND}(?P<o>[{_O}{_P}]){END}",
        opens=True,
    ),
    phrase("P127", rf"{_O}{ASIDE} {HAVE}sold {KIND}(?P<s>{_O}) to {KIND}(?P<o>[{_O}{_P}]){END}", opens=True),
    phrase(
        "P127", rf"(?P<s>{_O}), (?:which {BE} |(?:an?|the) (?:[a-z-]+ ){{1,4}})?owned by {KIND}(?P<o>[{_O}{_P}]){END}"
    ),
    phrase("P127", rf"(?P<o>{_O}){ASIDE} {HAVE}{ADVERB}{_OWNING} {KIND}(?P<s>{_O}){END}", opens=True),
    phrase("P127", rf"(?P<o>[{_O}{_P}]){ASIDE}(?:, who|, which)? owns {KIND}(?P<s>[{_O}{_W}]){END}", opens=True),
    phrase("P127", rf"(?P<s>{_O}){ASIDE}(?: {BE} [^;{_O}]{{1,120}} and)? belongs to (?P<o>{_O}){END}", opens=True),
    phrase("P127", rf"(?P<s>{_O}){ASIDE} (?:was|has been) sold to {KIND}(?P<o>{_O}){END}", opens=True),
    phrase(
        "P127", rf"\b[Oo]wner of {KIND}(?P<s>[{_O}{_W}{_L}])(?:,|,? is)(?: the [a-z-]+)? {TITLED}(?P<o>[{_O}{_P}]){END}"
    ),
    phrase("P127", rf"(?P<o>[{_O}{_P}]), (?:the )?owner of {KIND}(?P<s>[{_O}{_W}{_L}]){END}"),
    phrase("P127", rf"(?P<o>[{_O}{_P}]){ASIDE} is (?:the )?owner of {KIND}(?P<s>[{_O}{_W}{_L}]){END}", opens=True),
    phrase("P127", rf"(?P<s>{_O})(?:'s|, whose) owner(?:,| is) {TITLED}(?P<o>[{_O}{_P}]){END}"),
    phrase(
        "P749",
        rf"(?P<s>{_O})(?: \([^()]{{1,60}}\))?(?:,| is|, which is)(?: itself)? (?:an?|the) (?:wholly[ -]owned )?"
        rf"(?:[a-z-]+ ){{0,2}}(?:subsidiary|unit|division|arm) of {KIND}(?P<o>{_O}){END}",
    ),
    phrase("P749", rf"(?P<s>{_O}), whose parent(?: company| group)? is (?P<o>{_O}){END}"),
    phrase("P749", rf"(?P<s>{_O})'s parent(?: company| group)?,? (?:is )?(?P<o>{_O}){END}"),
    phrase("P749", rf"(?P<o>{_O})'s (?:[a-z-]+ ){{0,2}}(?:subsidiary|unit),? (?P<s>{_O}){END}"),
    phrase("P749", rf"^[^{_O}]*(?P<o>{_O}){_OF_ITS_OWN} (?:[a-z-]+ ){{0,3}}(?:subsidiary|unit),? (?P<s>{_O}){END}"),
    phrase(
        "P159",
        rf"(?P<s>{some(_O)}){ASIDE}(?:, which)? (?:is|are) {ADVERB}(?:headquartered|based) in "
        rf"{NEAR}(?P<o>{_L}){END}",
        opens=True,
    ),
    phrase(
        "P159",
        rf"(?P<s>{_O})(?: \([^()]{{1,60}}\))?, (?:which is |a [a-z -]{{1,60}} )?{ADVERB}(?:headquartered|based) in "
        rf"{NEAR}(?P<o>{_L}){END}",
    ),
    *(
        phrase("P159", rf"(?P<s>{_O}){ASIDE} {HAVE}{_MOVES} {place}{END}", opens=True)
        for place in (
            rf"from {NEAR}(?P<o>{_L}) to {NEAR}{_L}",
            rf"from {NEAR}{_L} to {NEAR}(?P<o>{_L})",
            rf"to {NEAR}(?P<o>{_L}) from {NEAR}{_L}",
            rf"to {NEAR}{_L} from {NEAR}(?P<o>{_L})",
        )
    ),
    phrase("P159", rf"(?P<o>{_L})(?:, {_L}\.?)?-(?:based|headquartered) (?:[a-z-]+ ){{0,3}}(?P<s>{_O})"),
    phrase(
        "P159",
        rf"(?P<s>{_O})(?:'s|, whose) (?:headquarters|head office|main office) (?:is|are) in {NEAR}(?P<o>{_L}){END}",
    ),
    phrase(
        "P159",
        rf"(?P<s>{_O}){ASIDE} has its (?:headquarters|head office|main office|seat)(?: [a-z ]{{1,40}})? in "
        rf"{NEAR}(?P<o>{_L}){END}",
        opens=True,
    ),
    phrase(
        "P159",
        rf"{_O}{ASIDE} (?:is|are) {ADVERB}(?:headquartered|based) in {NEAR}{_L},? (?:and )?(?P<s>{_O}) in "
        rf"{NEAR}(?P<o>{_L}){END}",
        opens=True,
    ),
    phrase("P159", rf"^[^{_O}]*(?P<s>{_O})[^{_O}]{{1,300}}?(?P<o>{_L}), where it is (?:based|headquartered)\b"),
    phrase(
        "P176",
        rf"(?P<s>{_D})(?: [a-z-]+){{0,3}}?(?:,| {BE}|, {BE}|, which {BE}) (?:made|manufactured|built|produced) by "
        rf"{KIND}(?P<o>{_O}){END}",
    ),
    phrase("P176", rf"(?P<o>{_O}){ASIDE} (?:makes|manufactures|builds|produces) {KIND}(?P<s>{_D}){END}", opens=True),
    phrase(
        "P176",
        rf"{_O}{ASIDE} (?:makes|manufactures|builds|produces) {KIND}{_D}(?: [a-z-]+){{0,3}},? (?:and )?(?P<o>{_O}) "
        rf"{KIND}(?P<s>{_D})(?!')",
        opens=True,
    ),
    phrase(
        "P176",
        rf"(?P<s>{_D})(?: [a-z-]+){{0,3}}, of which {KIND}(?P<o>{_O}) is the (?:manufacturer|maker)\b",
    ),
    phrase("P176", rf"(?P<s>{_D})(?: [a-z-]+){{0,3}}, whose (?:manufacturer|maker) is {KIND}(?P<o>{_O}){END}"),
    phrase(
        "P178",
        rf"(?P<s>[{_D}{_W}])(?: [a-z-]+){{0,3}}?(?:,| {BE}|, which {BE}) developed by {KIND}(?P<o>{_O}){END}",
    ),
    *_leads("P169", _CHIEF),
    *_leads("P488", _CHAIR),
    phrase("P488", rf"(?P<o>{_P}){ASIDE}{WHO} {ADVERB}(?:chairs|chaired) {KIND}(?P<s>{_O}){END}", opens=True),
    phrase("P6", rf"{_MAYOR} of {NEAR}(?P<s>{_L})(?: is|,) {TITLED}(?P<o>{_P}){END}"),
    phrase("P6", rf"(?P<o>{_P}), (?:the )?{_MAYOR} of {NEAR}(?P<s>{_L}){END}"),
    phrase("P6", rf"(?<!{_L}, )(?P<s>{_L})(?:'s|,? whose) {_MAYOR}(?:,| is)? {TITLED}(?P<o>{_P}){END}"),
    phrase("P6", rf"(?P<s>{_L}), {_L}\.?,? whose mayor(?:,| is) {TITLED}(?P<o>{_P}){END}"),
    phrase(
        "P6",
        rf"(?P<o>{_P}){ASIDE}{WHO} (?:is|has been|became|was elected|was re-elected) (?:the )?{_MAYOR} of {NEAR}"
        rf"(?P<s>{_L}){END}",
        opens=True,
    ),
    phrase("P36", rf"\b[Tt]he capital (?:city )?of (?P<s>{_L}) is (?P<o>{_L}){END}"),
    phrase("P36", rf"(?P<o>{_L})(?:,| is) the capital (?:city )?of (?P<s>{_L}){END}"),
    phrase("P36", rf"(?P<s>{_L})'s capital(?: city)?,? (?:is )?(?P<o>{_L}){END}"),
)
