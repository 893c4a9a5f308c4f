"""Relations that a text cannot state because none of the words it would take is there.

Nobody annotated relations in the news feed. But a text without "award", "prize" or the like gives nobody an award, and
one without "ethnic" or "people" says nothing of descent: from such texts a model learns that a person and a nationality
in one sentence are not yet a fact. Only relations whose wordings are few enough to list are decided this way.
"""

import re
from dataclasses import replace

from inference.training.text.sources.passages import Judged, Passage, types

_WORDS = {
    "P172": r"ethnic|people|tribe|clan|communit|minorit|indigenous|descen|origin|born|famil|ancest|heritage",
    "P463": (
        r"member|join|belong|part of|accession|acced|admi(t|ss)|alliance|bloc|coalition|militant|fighter|commander|"
        r"band|singer|guitarist|bassist|drummer|vocalist|rapper|politician|lawmaker|senator|mp\b|group|leader|insider|"
        r"withdr[ae]w|leav(e|ing)|quit"
    ),
    "P166": (
        r"award|prize|medal|nobel|oscar|grammy|emmy|honou?r|order of|title|laureate|win|won|trophy|knight|decorat|"
        r"palme|golden|ballon|booker|pulitzer"
    ),
    "P26": r"wife|husband|spouse|marr|wed|couple|widow|first lady|queen|king|prince|partner|divorc|duke|duchess",
    "P3373": r"brother|sister|sibling|twin|famil|prince",
    "P22": r"son\b|daughter|father|child|parent|heir|famil|dynast|born|prince|king|queen",
    "P25": r"son\b|daughter|mother|child|parent|heir|famil|dynast|born|prince|king|queen",
    "P69": r"universit|school|college|stud|graduat|educat|alum|academy|degree|institute",
    "P112": r"found|creat|establish|start|launch|set up|form|built|builder|entrepreneur",
    "P140": r"muslim|christian|catholic|islam|jew|hindu|sikh|buddh|religio|church|orthodox|sunni|shia|faith|protestant",
    "P1412": r"speak|spoke|language|translat",
    "P551": r"live|living|resid|home|house|reside|settl|moved|exile",
    "P19": r"born|birth|native|hometown|from\b",
    "P20": r"die|dead|death|kill|assassinat|execut|murder|shot|passed away|suicide",
    "P569": r"born|birth|\b(18|19|20)\d\d\s?[\u2013-]",
    "P570": r"die|dead|death|kill|assassinat|execut|murder|shot|passed away|suicide|\b(18|19|20)\d\d\s?[\u2013-]",
    "P800": r"author|writ|wrote|film|song|album|novel|book|direct|creat|compos|paint|design|known|famous|actor|found",
    "P54": r"play|sign|team|club|goal|scor|coach|striker|forward|midfield|defender|goalkeeper|quarterback|join|F\.?C\b",
    "P127": r"own|subsidiar|buy|bought|acqui|purchas|stake|parent|unit of|belong|sold|sell|state-|run|hold",
    "P355": r"own|subsidiar|buy|bought|acqui|purchas|stake|parent|unit|arm|division|belong|part of|sold|sell|merge",
    "P749": r"own|subsidiar|buy|bought|acqui|purchas|stake|parent|unit|arm|division|belong|part of|sold|sell|merge",
    "P176": r"made|make|manufactur|built|build|produc|model|aircraft|airline|flight|boeing|airbus|plane|car\b",
    "P740": r"found|form|establish|creat|start|origin|based",
    "P194": r"parliament|congress|senate|assembly|legislat|council|house|knesset|duma|bundestag|diet|lawmaker",
    "P241": r"army|navy|air force|militar|marine|corps|officer|soldier|general|admiral|guard|served|forces|troop",
    "P118": r"league|play|season|match|division|championship|club|team|cup|nba|nfl|nhl|mlb",
    "P6": (
        r"prime minister|premier|chancellor|president|governor|mayor|head|taoiseach|leader|led|lead|elect|sworn|rul|"
        r"office"
    ),
    "P35": r"president|king|queen|emperor|emir|sultan|head|pope|monarch|supreme|leader|led|lead|elect|sworn|rul|office",
    "P169": r"chief|ceo|boss|head|president|run|lead|led|manag|director|executive",
    "P488": (
        r"chair|president|leader|lead|led|head|director|secretary|chief|speaker|governor|boss|run|executive|minister"
    ),
    "P206": r"sea|ocean|lake|river|gulf|strait|coast|bay|canal|shore|channel|island|water|port",
    "P37": r"language|official|speak",
    "P36": r"capital",
    "P1376": r"capital",
    "P1365": r"replac|succe|former|predecess|new|appoint|elect|resign|sworn|after|take over|took over|oust|instead|nam",
    "P1366": r"replac|succe|former|predecess|new|appoint|elect|resign|sworn|after|take over|took over|oust|instead|nam",
}
"""For each relation, word beginnings of which at least one is in any text that states it."""

_PATTERNS = tuple((relation, re.compile(rf"\b({words})", re.IGNORECASE)) for relation, words in _WORDS.items())


def with_absences(passage: Passage) -> Passage:
    """Returns the passage with the relations that its words rule out decided on, for every pair."""
    absent = types(relation for relation, words in _PATTERNS if not words.search(passage.text))
    held = types(fact.relation for fact in passage.facts)
    return replace(passage, judged=(*passage.judged, Judged(-1, -1, absent - held))) if absent - held else passage
