"""Where people were born and died, where they studied and whom they work for."""

from inference.text.statements.phrases.parts import (
    ADVERB,
    ASIDE,
    BE,
    END,
    HAVE,
    KIND,
    NEAR,
    TITLED,
    WHO,
    Phrase,
    phrase,
)
from inference.text.statements.signs import DATE, LOCATION, ORGANIZATION, PERSON, some

_P, _O, _L = PERSON, ORGANIZATION, LOCATION

OF_PEOPLE: tuple[Phrase, ...] = (
    phrase(
        "P19",
        rf"(?P<s>{some(_P)}){ASIDE}{WHO} (?:was|were) born (?:on {DATE} |{DATE} )?(?:and (?:raised|"
        rf"brought up|grew up) )?"
        rf"in {NEAR}(?P<o>{_L}){END}",
        opens=True,
    ),
    phrase("P19", rf"(?P<s>{_P}), (?:who was )?born (?:on {DATE} |in {DATE} )?in {NEAR}(?P<o>{_L}){END}"),
    phrase(
        "P19",
        rf"^Born (?:on {DATE} |{DATE} )?in {NEAR}(?P<o>{_L})(?:,| and)(?:[^;.{_P}]{{0,120}},)? "
        rf"(?:(?:the|an?) (?:[a-z-]+ ){{1,4}})?(?P<s>{_P})(?!'| and)",
    ),
    phrase("P19", rf"(?P<o>{_L})-born (?:[a-z-]+ ){{0,3}}(?P<s>{_P})"),
    phrase("P19", rf"^[^{_P}]*(?P<s>{_P})[^{_P}]{{1,300}}?(?P<o>{_L}), where (?:he|she) was born\b"),
    phrase("P19", rf"{_P}{ASIDE} was born in {NEAR}{_L},? (?:and )?(?P<s>{_P}) in {NEAR}(?P<o>{_L}){END}", opens=True),
    phrase(
        "P20",
        rf"^(?P<s>{_P}), (?:who|whose|an?|the) [^;.{_P}]{{1,260}}, died(?:(?! (?:in|near) {_L}| born)[^,;{_P}{_L}{_O}])"
        rf"{{0,60}} in {NEAR}(?P<o>{_L}){END}",
    ),
    phrase(
        "P20",
        rf"(?P<s>{_P}){ASIDE}{WHO} died(?:(?! (?:in|near) {_L}| born)[^,;{_P}{_L}{_O}]){{0,60}} in "
        rf"{NEAR}(?P<o>{_L}){END}",
        opens=True,
    ),
    phrase(
        "P69",
        rf"(?P<s>{some(_P)}){ASIDE}{WHO} (?:(?:was|were) born [^;.]{{1,60}} and )?"
        rf"{HAVE}{ADVERB}(?:studied|graduated|trained|was educated|were "
        rf"educated)"
        rf"(?: [a-z' -]{{1,40}}?)? (?:at|from) {KIND}(?P<o>{_O}){END}",
        opens=True,
    ),
    phrase(
        "P69",
        rf"(?P<s>{_P}){ASIDE}{WHO} {HAVE}(?:attended|attends|went to|goes to|received a [a-z' ]{{1,40}} "
        rf"from|"
        rf"received an? [a-z' ]{{1,40}} from|(?:earned|holds|has|got|took) (?:an?|his|her|their) (?:[a-z'-]+ ){{0,4}}"
        rf"(?:degree|degrees|doctorate|diploma|master's|bachelor's|PhD|MBA|MA|BA)(?: [a-z' ]{{1,30}})? (?:at|from)) "
        rf"{KIND}(?P<o>{_O}){END}",
        opens=True,
        school=True,
    ),
    phrase(
        "P69",
        rf"(?P<s>{_P})(?:, | is |, who is )(?:an? |another )?(?:[a-z]+ )?(?:graduate|alumnus|alumna) of "
        rf"{KIND}(?P<o>{_O}){END}",
    ),
    phrase(
        "P108",
        rf"(?P<s>{_P}){ASIDE}{WHO} {ADVERB}works (?:for|at) {KIND}(?P<o>{_O}){END}",
        opens=True,
    ),
    phrase("P108", rf"(?P<s>{some(_P)}){ASIDE} {BE} hired by {KIND}(?P<o>{_O}){END}", opens=True),
    phrase(
        "P108",
        rf"(?P<o>{_O}){ASIDE}(?: [^,;{_O}]{{1,80}} and)? {HAVE}(?:hired|hires|recruited) "
        rf"{KIND}{TITLED}(?P<s>{some(_P)}){END}",
        opens=True,
    ),
    phrase("P108", rf"(?P<s>{_P}), an employee of {KIND}(?P<o>{_O}){END}"),
    phrase("P108", rf"(?P<s>{_P}), an? (?:[a-z-]+ ){{1,4}}employed by {KIND}(?P<o>{_O}){END}"),
)
