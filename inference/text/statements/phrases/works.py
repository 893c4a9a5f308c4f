"""Who wrote, directed, produced and acts in works."""

from inference.text.statements.phrases.parts import ADVERB, ASIDE, BE, END, HAVE, KIND, WHO, Phrase, phrase
from inference.text.statements.signs import ORGANIZATION, PERSON, WORK, some

_P, _W = PERSON, WORK
_BOOK = (
    r"(?:novel|book|memoirs?|biography|autobiography|poem|play|essay|thriller|trilogy|novella|short story|collection|"
    r"bestseller|best-seller|textbook|cookbook|manifesto)"
)
_FILM = (
    r"(?:film|movie|drama|comedy|documentary|thriller|series|sitcom|play|musical|western|picture|sequel|show|horror)"
)
_COMPOSED = r"(?:composed|wrote|scored) (?:the )?(?:music|score|soundtrack) (?:for|to|of)"

OF_WORKS: tuple[Phrase, ...] = (
    phrase("P50", rf"(?P<o>{_P}){ASIDE}(?:,| is|, who is) (?:the )?author of {KIND}(?P<s>{_W}){END}"),
    phrase(
        "P50",
        rf"(?P<o>{some(_P)}){ASIDE}{WHO} {HAVE}(?:co-)?wrote (?:[a-z'-]+ ){{0,3}}?{_BOOK} "
        rf"(?P<s>{_W}){END}",
        opens=True,
    ),
    phrase("P50", rf"{_BOOK}s? \"?(?P<s>{_W})\"?(?:,| {BE}|, which {BE}) {ADVERB}written by (?P<o>{some(_P)}){END}"),
    phrase("P50", rf"(?P<s>{_W})\"?, an? (?:[a-z-]+ ){{0,2}}{_BOOK} (?:written )?by (?P<o>{some(_P)}){END}"),
    phrase("P50", rf"(?P<s>{_W})\"?, whose author(?:,| is) (?P<o>{_P}){END}"),
    *(
        phrase(
            relation,
            rf"^{verb} by (?P<o>{some(_P)})(?:,? and (?:[a-z]+ )?[a-z]+ by {some(_P)})?, (?:(?:the|an?) )?"
            rf"(?:[a-z-]+ ){{0,3}}\"?(?P<s>{_W})",
        )
        for relation, verb in (("P50", "Written"), ("P57", "Directed"), ("P86", "Composed"))
    ),
    phrase("P50", rf"(?P<o>{_P})'s (?:[a-z-]+ ){{0,3}}{_BOOK},? \"?(?P<s>{_W})"),
    phrase(
        "P123",
        rf"(?P<s>{some(_W)})\"?(?:,| {BE}|, which {BE})(?: [a-z]+ by {ORGANIZATION} and)? {ADVERB}published by "
        rf"{KIND}(?P<o>{ORGANIZATION}){END}",
    ),
    phrase("P57", rf"(?P<o>{some(_P)}){ASIDE}{WHO} {HAVE}(?:co-)?directed {KIND}\"?(?P<s>{_W})", opens=True),
    phrase("P57", rf"(?P<s>{_W})\"?(?:,| {BE}|, which {BE}) {ADVERB}directed by (?P<o>{some(_P)}){END}"),
    phrase(
        "P57",
        rf"(?P<s>{_W})\"?, an? (?:[a-z-]+ ){{0,3}}{_FILM} (?:(?:written|produced) and )?directed by "
        rf"(?P<o>{some(_P)}){END}",
    ),
    phrase(
        "P58",
        rf"(?P<o>{some(_P)}) wrote (?:the|its) (?:script|screenplay) (?:of|for) {KIND}\"?(?P<s>{_W})",
        opens=True,
    ),
    phrase(
        "P162",
        rf"(?P<s>{_W})\"?(?:,| {BE}|, which {BE})(?: directed by [^;.{_W}]{{1,60}} and)? {ADVERB}produced by "
        rf"(?P<o>{some(_P)}){END}",
    ),
    phrase("P57", rf"(?P<o>{_P})(?:,| is|, who is) (?:the )?director of (?:the )?(?:[a-z-]+ )?{_FILM} \"?(?P<s>{_W})"),
    phrase(
        "P161",
        rf"(?P<o>{_P}){ASIDE}{WHO} (?:plays|played|portrays|portrayed|stars|starred|appears|appeared)"
        rf"(?: [^,;.{_P}{_W}]{{1,80}}?)? in (?:the )?(?:[a-z-]+ ){{0,3}}\"?(?P<s>{_W})",
        opens=True,
    ),
    phrase(
        "P161",
        rf"\b[Ii]n (?:the )?(?:[\w-]+ )?{_FILM} \"?(?P<s>{_W})\"?, (?P<o>{_P}) (?:plays|played|portrays|portrayed)\b",
    ),
    phrase(
        "P86",
        rf"(?P<o>{some(_P)}){ASIDE}{WHO} {HAVE}{_COMPOSED} {KIND}\"?(?P<s>{_W})",
        opens=True,
    ),
    phrase(
        "P86",
        rf"(?P<o>{_P}),? who {_COMPOSED} {KIND}\"?(?P<s>{_W})",
    ),
)
