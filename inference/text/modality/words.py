"""The words by which news marks what is past, planned, possible or denied. All patterns are matched on a `Clause`."""

import re

from inference.text.modality.clause import EITHER

LINKS = (
    r"(?:be(?:come)?|take (?:over|office|up|the|charge|control)|lead|head|join|replace|succeed|serve|run|own|"
    r"buy|acquire|"
    r"purchase|sell|marry|wed|move|relocate|merge|appoint|name|chair|assume|return|manage|coach|direct|oversee|hold|"
    r"invest|host|play|sign|work|employ|hire|elect|nominate|make|form|open|have|participate|compete|stand|found|"
    r"launch|be(?:long|gin)|captain|command|represent|contest|face|enter|transfer)"
)
"""Verbs that can join the two names of a relation; after "will", any other verb is about something else."""

_TITLE = (
    r"(?:(?!(?:met|meets?|said|says|told|tells|with|who|which|that|where|is|are|was|were|has|had|will|at|in|on|"
    r"from|to|by|"
    r"colleagues|employees|teammates|classmates|staff|officials)\b)[^\s;:!?()]+\s+){0,9}?"
)
"""Words of a title before a name; none of them is a verb."""

_GRANTED = (
    r"(?:(?!(?:met|who|which|that|where|is|are|was|were|has|had|will|during|between|in|on|at|by|after|near|"
    r"from|against|"
    r"amid|over|through|with|because|despite|under|when|as|if|while)\b)[^\s;:!?()]+\s+){0,8}?"
)
"""The same after a verb that needs an object, without what would begin another phrase."""

_QUOTE = "[\"'\u201c\u2018]?"

FORMER = (
    r"(?:former(?:ly)?|ex|erstwhile|one-time|onetime|deposed|ousted|expelled|retired|(?:the|his|her|their|"
    r"its) late|deceased|previous)"
)

FORMER_BEFORE = re.compile(rf"\b(?:{FORMER}[\s-]+|then-)({_TITLE}){_QUOTE}({EITHER})", re.IGNORECASE)
"""Groups: the title, the name: "former Acme chief executive Ann Lee"."""

FORMER_AFTER = re.compile(
    rf"({EITHER})(?:\s*\([^)]*\))?(?:,?\s+who)?(?:,\s+(?:[\w'\u2019-]+\s+){{0,4}}?|\s+(?:is|was)\s+(?:an?|the|"
    rf"its|their|his|her)\s+)"
    r"(?:former|ex|onetime|one-time)\b[\s-]",
    re.IGNORECASE,
)
"""Group: the name: "Ann Lee, a former chief executive of Acme"."""

ONCE_AFTER = re.compile(
    rf"({EITHER})(?:\s*\([^)]*\))?,\s+(?:who\s+was\s+)?(?:once|formerly|previously|at\s+one\s+time|"
    r"until\s+(?:recently|lately|last\s+\w+|\d{4}))\s+(?:an?|the|its|their|his|her)\s"
)
"""Group: the name: "Ann Lee, once the mayor of York"."""

_AFTER_NAME = (
    rf"({EITHER})(?:\s*\([^)]*\))?(?:,[^,.;]{{1,120}},)?(?:,?\s+(?:who|which))?(?:\s+(?:and [\w .'-]{{1,60}}|"
    rf"also|recently|abruptly|suddenly|formally|then|has|have|had|was|were|been|is|are|since)){{0,4}}\s+"
)
"""A name as the subject of a verb: an aside in commas and auxiliaries may stand between."""

ENDED = re.compile(
    _AFTER_NAME
    + r"(?:resign(?:s|ed)|step(?:s|ped) (?:down|aside)|stood down|stands down|quits?|retire[sd]|depart(?:s|ed)|"
    r"lost (?:his|her|its|their) (?:job|post|seat)|died|dies|is dead|dissolved|divorced?|no longer|"
    r"cease[sd] to|used to|formerly|previously|once)\b"
)
"""Group: the name that held and holds no more."""

WAS_ENDED = re.compile(
    rf"({EITHER})(?:\s*\([^)]*\))?(?:,[^,.;]{{1,120}},)?(?:,?\s+who)?(?:\s+and [\w .'-]{{1,60}})?"
    r"(?:\s+(?:has|have|had))?(?:\s+(?:was|were|is|are|been|gets?|got)\s+|,\s+)(?:\w+ly\s+|also\s+|shot and\s+|"
    r"confirmed to be\s+)?"
    r"(?:dismissed|sacked|fired|ousted|deposed|removed|replaced by|succeeded by|impeached|expelled|toppled|voted out|"
    r"killed|assassinated|shot dead|disqualified as)\b"
)
"""The same in the passive."""

LEFT = re.compile(
    _AFTER_NAME
    + rf"(?:left|leaves|quits?|withdr[ae]w(?:s|n)? from|pull(?:s|ed) out of|exit(?:s|ed)|sold|sells|divorced?|"
    rf"separated from|split from|broke with)\s+(?:the\s+|its\s+|his\s+|her\s+)?(?:[\w-]+\s+){{0,3}}?{EITHER}"
)
"""Verbs that end a fact with what follows them at once: "Ann Lee left Acme"."""

REMOVED = re.compile(
    rf"\b(?:dismiss(?:es|ed|ing)|sack(?:s|ed|ing)|fire[sd]|firing|oust(?:s|ed|ing)|depos(?:es|ed|ing)|"
    rf"remov(?:es|ed|ing)|"
    rf"expel(?:s|led|ling)|kill(?:s|ed|ing)|assassinat(?:es|ed|ing|ion of)|replac(?:es|ed|ing)|succeed(?:s|ed|ing)|"
    rf"tak(?:es|en|ing) over from|took over from|toppl(?:es|ed|ing)|(?:resignation|death|departure|dismissal|"
    rf"killing|ouster|removal|"
    rf"overthrow|withdrawal|impeachment) of|successor (?:to|of))\s+{_GRANTED}({EITHER})"
)
"""Group: the name that somebody else removed or replaced."""

OWN_END = re.compile(
    rf"({EITHER})['\u2019]s?\s+(?:[\w-]+\s+){{0,2}}?(?:resignation|death|departure|dismissal|ouster|removal|"
    rf"overthrow|"
    r"withdrawal|downfall|killing|retirement)\b"
)
"""Group: the name whose end is spoken of: "after Ann Lee's resignation"."""

CLOSED = re.compile(
    rf"({EITHER})(?:\s+(?:has|have|had))?\s+(?:clos(?:es|ed)|shut(?:s|tered)?|vacate[sd]|left)\s+(?:its|their)\s+"
    rf"(?:[\w-]+\s+)?{EITHER}\s+(?:\w+\s+)?(?:headquarters|head\s+office|main\s+office|base|seat)\b"
)
"""The same of a seat: "Acme closed its York headquarters"."""

FORESEEN = re.compile(
    r"\b(?:will|would|to|may|might|could|plans?|intends?|expected|due|set|agree[sd]?|about|going|not|n't|never|if|"
    r"demand\w*|call\w* for|urg\w+|back(?:s|ed)|seek\w*|want\w*|threat\w*|(?:he|she|they|"
    r"it)['\u2019]d)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
"""Before a word that ends a fact: the end has not come yet, so the fact still holds."""

TAKES_UP = re.compile(
    r"\b(?:join(?:s|ed|ing)?|becom(?:es|e|ing)|became|nam(?:es|ed|ing)|appoint(?:s|ed|ing)|elect(?:s|ed|ing)|sworn "
    r"in|"
    r"hire[sd]|take[ns]? over|took over|now|chosen|picked|promoted|moved? to|to (?:lead|head|become|join|chair))\b"
)
"""After a word that ends one fact: the name that follows these belongs to another one, which begins."""

PUT_IN = re.compile(
    r" (?:was|were|is|are|has been|have been) (?:then |later |also )?"
    r"(?:named|appointed|elected|re-elected|sworn in|chosen|hired)\b"
)
"""Right after a name: somebody put it into office."""

HELD_ONCE = re.compile(
    r"\b(?:had been|had served|had led|had headed|had worked|had played|had owned|used to (?:be|own|work|play|"
    r"lead|run|live)|"
    r"formerly|previously|once (?:owned|led|ran|headed|worked|played|served|chaired)|no longer|ceased to|"
    r"was once|(?:was|were) (?:then |long |originally )?(?:headquartered|based|owned)|served as|stint as|tenure "
    r"(?:as|at)|days as|time as)\b|\bany ?more\b"
)
"""Between the names or right after them: what was and is not."""

WAS_OFFICE = re.compile(
    rf"{EITHER}(?:,[^,.;]{{1,80}},)?\s+(?:was|were)\s+(?:then\s+|once\s+|also\s+)?(?:the\s+|an?\s+|its\s+)?"
    r"(?:(?!elected|re-elected|named|appointed|sworn|chosen|born|made|crowned|the\b)[\w-]+\s+){0,3}?"
    r"(?:president|prime minister|premier|chancellor|chief executive|CEO|chair(?:man|woman|person)?|chief|head|"
    r"leader|"
    r"governor|mayor|king|queen|minister|owner|director|captain|member)\b"
)
"""An office in the simple past: "Ann Lee was the president of Ardonia"."""

MOVED_FROM = re.compile(
    rf"\b(?:mov\w+|relocat\w+|transferr?\w*|switch\w*|shift\w*|"
    rf"defect\w+)\b[^.;]{{0,80}}\bfrom\s+(?:(?!to\b)[\w-]+\s+){{0,2}}?({EITHER})"
    rf"|\bfrom\s+({EITHER})\s+to\s+[^.;]{{0,60}}\b(?:mov|relocat|transfer)",
)
"""Group: what was left: "moved its headquarters from York to Bristol"."""

NOT = re.compile(
    r"\b(?:not|never|neither|nor|cannot)\b(?!\s+(?:only|just|least|merely|simply|far|surprisingly|yet ruled))|"
    r"n['\u2019]t\b"
    r"|\bdenie[sd]\b|\bdeny(?:ing)?\b|\brefut\w+|\bdisput(?:es|ed) (?:that|claims)|"
    r"\bfail(?:s|ed)(?: (?:on|in) \w+)? to\b|\bturn(?:s|ed) down\b|"
    r"\b(?:dismiss(?:es|ed)|laughed off|rubbish(?:es|ed)|scotched|knock(?:s|ed) down) (?:the |all )?(?:claims?|"
    r"reports?|rumou?rs?|"
    r"suggestions?|talk|speculation|allegations?)\b|"
    r"\b(?:dismiss(?:es|ed)|brand(?:s|ed)|describ(?:es|ed)) as [\"\u201c\u2018']?(?:a )?(?:\w+ )?"
    r"(?:untrue|false|baseless|unfounded|"
    r"nonsense|fake|lies?|rubbish|inventions?|fiction|fantasy|fabrication|gossip)\b|"
    r"\bdeclin(?:es|ed) to\b|\breject(?:s|ed)\b|\b(?:no|without)\s+(?:longer\s+)?(?:shares?|stake|links?|"
    r"connections?|ties|"
    r"relations?hips?|part|role|interest)\b|\bfalsely\b|\bruled out\b|\bblock(?:s|ed)\b|\brefus(?:es|ed)\b"
)
"""Between the names."""

NOT_BEFORE = re.compile(
    r"\b(?:den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?|falsely|false (?:claims?|reports?)|not true|untrue|"
    r"no (?:links?|connections?|ties|truth|evidence|relations?hips?)|dismiss(?:es|ed) (?:claims|reports|rumou?rs)|"
    r"refut\w+|never|block(?:s|ed)|vetoed|voted (?:down|against)|oppos(?:es|ed)|refus(?:es|ed)|fails? to|"
    r"failed to|ruled out|(?:struck|strikes?) down|overturn(?:s|ed)|annul(?:s|led)|quash(?:es|ed)|invalidate[sd]|"
    r"revoke[sd]|"
    r"rescind(?:s|ed)|cancel(?:s|led|ed)|thwart(?:s|ed)|calls? off|called off|scrapped|"
    r"debunk\w*|(?:does|do|did|is|are|was|were|has|have|had) not|neither|nor)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
"""Before the first name, in its part of the clause."""

UNTRUE_BEFORE = re.compile(
    r"\b(?:(?:falsely|wrongly|mistakenly|incorrectly|erroneously|misleadingly|inaccurately)\s+(?:\w+ly\s+)?\w+(?:ed|"
    r"s|ing|e|id)?|"
    r"(?:not\s+true|untrue|no\s+truth|false|a\s+(?:hoax|lie|myth)|hoax|myth|(?:false|fake|bogus|baseless|unfounded|"
    r"debunked)\s+"
    r"(?:\w+\s+)?(?:claims?|reports?|rumou?rs?|posts?|stor(?:y|ies)|news|messages?|"
    r"allegations?)))\b[^,;:]{0,40}?\bthat\b[^,;:]*$",
    re.IGNORECASE,
)
"""Before the first name, even across "says that": what follows is called untrue."""

NOT_AFTER = re.compile(
    r"^[^,.;]{0,60}\b(?:fell through|falls through|collapsed|was (?:rejected|blocked|called off|scrapped|abandoned|"
    r"refused|voted down|thrown out|turned down|defeated)|were (?:rejected|called off|thrown out|voted down|defeated)|"
    r"is (?:false|untrue|not true)|has been (?:rejected|called off))\b"
)
"""After the second name."""

WILL = re.compile(
    rf"(?<!\bthe )(?<!\bhis )(?<!\bher )(?<!\ba )(?<!\bof )(?<!\btheir )(?<!\bgood )(?<!\bfree )\b(?:will|"
    rf"shall|['\u2019]ll)\s+"
    rf"(?:\w+ly\s+|also\s+|then\s+|soon\s+|now\s+|be\s+(?=\w+ed\b|\w+ing\b|sworn|made))?(?:{LINKS}|\w+ed|sworn|"
    rf"made|led|run)\b"
)
"""The verb, not the noun ("his will") and not the name ("Will Smith")."""

PLANNED = re.compile(
    rf"\b(?:is|are|was|were|be)\s+(?:\w+ly\s+)?(?:set|due|expected|scheduled|slated|poised|about|going|"
    rf"likely)\s+to\b|"
    rf"\b(?:set|due|scheduled|slated|poised)\s+to\s+{LINKS}|\b(?:is|are)\s+to\s+{LINKS}|"
    rf"\b(?:agree[sd]?|plan(?:s|ned|ning)?|intend(?:s|ed|ing)?|decide[sd]?|vow(?:s|ed)?|pledge[sd]?|"
    rf"promise[sd]?|propose[sd]?)\s+to\s+(?:\w+ly\s+)?{LINKS}|"
    rf"{EITHER}\s+to\s+{LINKS}\b|\bto\s+(?:be\s+)?{LINKS}\b(?=[^.;]{{0,40}}\bnext\b)|"
    r"\bannounc(?:es|ed|ing)\s+(?:the\s+|its\s+|an?\s+|plans\b)[^.;]{0,40}?(?:acquisition|merger|purchase|"
    r"takeover|sale|plans)\b|"
    r"\bplans?\s+(?:for|of)\b|\bin order to\s+|\bpresident-elect\b|\w-elect\b|\w-designate\b|\bnominat(?:es|ed|"
    r"ing|ion|ions)\b|\bnominees?\b|"
    r"\bincoming\b|\bannounced as the new\b|\bfianc[e\u00e9]{1,2}\b|\bengaged to\b|\bannounc(?:es|ed) as\b|"
    r"\b(?:candidacy|bid) for\b|\bwins? the presidency\b"
)
"""Between the names or before the first one."""

PLANNED_HEAD = re.compile(r"(?:-designate|-elect|\bincoming|\bnominee)\b")
"""A plan wherever in the clause it stands: it belongs to the title."""

SIGNED_FROM = re.compile(
    rf"\b(?:sign(?:s|ed)?|buy|bought|loan(?:s|ed)?|hire[sd]?|poach(?:es|ed)|"
    rf"lure[sd])\b[^.;]{{0,80}}{EITHER}\s+(?:away\s+)?from\s+(?:[\w-]+\s+){{0,2}}?({EITHER})"
)
"""Group: the team or company that lost somebody: "sign Ann Lee from Acme"."""

TIGHT = re.compile(
    r"(?!.*\b(?:is|are|was|were|be|been|has|have|had|will|would|may|might|could|as|for|to|not|never|and|or|"
    r"become|becomes|became|named|"
    r"appointed|elected|played|plays|said|says|between)\b)(?:,.*|['\u2019]s?\s.*|\s*\(.*|[^,]*)"
)
"""Between two names of one noun phrase, which takes the fact for granted: "Acme chief Ann Lee", "Leeds, Ohio"."""

JOINS = re.compile(
    r"\b(?:bought|buys|acquire[sd]|purchase[sd]|owns|owned|(?:co-)?founded|married|wed|hire[sd]|joins|joined|leads|"
    r"led|heads|headed|"
    r"runs|ran|chairs|chaired|wrote|directed|killed|beat|sold|took|moved|studied|graduated|attended|works|worked|plays|"
    r"coaches|coached|lives|lived|died)\b"
)
"""Verbs that make a statement of two names and no noun phrase: what is said before them is said of the statement."""

POSSIBLE = re.compile(
    r"\b(?:may|might|could|would)\s+(?!(?:not\s+)?comment)|\b(?:perhaps|possibly|potential(?:ly)?|allegedly|"
    r"supposedly|purportedly|reportedly|[Rr]umou?r(?:ed|s? (?:has|have) it)|(?:is|are|was|were) (?:widely )?(?:said|"
    r"thought|"
    r"believed|understood|reported|alleged) to|"
    r"(?:being|been) (?:discussed|floated|mentioned)|"
    r"speculat\w+|consider(?:s|ed|ing)?|weigh(?:s|ed|ing)?|mull(?:s|ed|ing)?|tipped|(?:favou?rites?|front-?runners?|"
    r"contenders?|candidates?|candidacy) (?:for|to)|hop(?:es|ed|ing)|wants?|wanted|wish(?:es|ed)?|seek(?:s|"
    r"ing)?|sought|vying|in talks|"
    r"explor(?:es|ed|ing)|whether|if|unless|urg(?:es|ed|ing)|suggest(?:s|ed)|call(?:s|ed)? (?:for|on)|"
    r"offer(?:s|ed)? to|demand(?:s|ed)?|"
    r"asks?|asked|invit(?:es|ed)|lobb(?:y|ies|ied|ying)|touted|linked with|bid (?:to|for)|propos(?:es|ed|al|"
    r"als)|runs? for|running for|"
    r"shortlist\w*(?= (?:for|to|of|as)\b)|potential|prospective|would-be|aspiring|imagin\w+|pretend\w*)\b"
)
"""Between the names or before the first one. Lower case, so "May" is the month or the name."""

FICTION = re.compile(
    r"\b(?:(?:plays|played|playing) (?!for\b|in\b|at\b|with\b|against\b|under\b)|portray(?:s|ed|ing)|"
    r"(?:stars?|starring|starred)(?: in [^,.;]{1,60}?)? as|(?:cast|appears?|appeared) in [^,.;]{1,60}? as|"
    r"in the role of|role of|fictional|"
    r"character|acts as|impersonat\w+)(?<=[\w ])"
)
"""A part in a film or play is no office. Between the names or before the first one."""

TURNED_DOWN = re.compile(r"\b(?:has|have) (?:yet to|not)\b")

NOT_NEXT = re.compile(
    r"(?:,[^,.;]{1,80},|,)?\s+(?:(?:is|are|was|were|has|have|had|does|do|did|can|could)(?:\s+(?:not|never)\b|n['\u2019]t\b)|never\b)"
)
"""Right after the second of two names of different sentences: what follows is denied of it."""

UNTRUE_CALLED = re.compile(
    r"\b(?:untruthfully|falsely|wrongly|incorrectly|mistakenly|erroneously|misleadingly|inaccurately|wrongfully)\s+"
    r"(?:call|name|identif|label|present|list|portray|credit|style|refer|show|claim|say|state|report|suggest|"
    r"describ|impl|give)\w*\b[^,;:]*$",
    re.IGNORECASE,
)
"""Before the first name: "a post wrongly calls Ann Lee the founder of Acme"."""

NAMED_BY = re.compile(
    r"\b(?:caption|post|claim|video|clip|report|rumou?r|story|article|message|photo|picture|image|meme|leaflet|flyer|"
    r"advert\w*|banner|headline|website|page|account|statement|quote|document|letter|list|entry|profile)s?\b[^.;]{0,80}?"
    r"\b(?:that|which|who|where)?\s*(?:name|call|describe|identif|label|show|say|claim|list|present|credit|give)\w*\b"
    r"[^.;]*$",
    re.IGNORECASE,
)
"""Before the first name: something that says what follows."""

IS_UNTRUE = re.compile(
    r"[^.;]{0,80}?,?\s+(?:is|are|was|were|has been|have been)\s+(?:\w+ly\s+)?(?:wrong|false|untrue|incorrect|"
    r"inaccurate|fake|mistaken|fabricated|doctored|debunked|a hoax|a lie|a forgery|a fabrication|not true|"
    r"not correct)\b(?!\s+(?:to|about|in|that|not|for|on)\b)"
)
"""After the second name: that it is not so."""

BEFORE_THAT = re.compile(
    r"\b(?:before that|until then|prior to that|previously|formerly|earlier),?\s+"
    r"(?:it|they|he|she|the [\w-]+)\s+(?:was|were|had|has|stood|sat)\b",
    re.IGNORECASE,
)
"""Between the names: it was so before something else was."""

REMAINS = re.compile(r"\b(?:will|to|would|can|may)\s+(?:remain|stay|stay\s+on|continue|keep\s+serving)\b")
"""Between the names: what they state goes on."""

BEGUN = re.compile(
    r"\b(?:is|are|was|has|have)\s+now\b(?!\s+(?:a\s+)?former)|\bis\s+today\b|\b(?:has|have|had)\s+become\b[^,;]*$|\bbecame\b[^,;]*$"
)
"""Between the names: what they state has begun, whatever was before."""

_NOT_NOW = (
    r"(?:former|then|ex|late|incoming|future|next|would-be|designate|elect|acting|who|which|that|alleged|suspected|"
    r"accused|supposed|purported|reputed|self-[\w-]+|possible|potential|prospective|proposed|presumed|so-called)\b"
)
APPOSED = re.compile(
    rf"{EITHER},\s+(?:(?!{_NOT_NOW}|candidate|nominee|contender|favou?rite)[\w-]+\s+){{1,6}}of\s+"
    rf"(?:the\s+)?(?:[\w-]+\s+){{0,3}}{EITHER}"
)
"""All that joins the names: an apposition that says who somebody is, whatever he may do next."""

NEXT_UNTRUE = re.compile(
    r"\s*(?:That|This|It|The (?:claim|post|rumou?r|report|story|video|photo|message|caption)s?|Those (?:claims|posts)|"
    r"They)\s+(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:untrue|false|wrong|incorrect|not true|not so|a hoax|a lie|fake|"
    r"fabricated|baseless)\b"
)
"""At the beginning of the next sentence: it refutes what this one says that somebody claims."""

FICTION_AFTER = re.compile(r"[^.;]{0,30}?,\s+(?:a|the)\s+(?:part|role|character)\b(?!\s+of\b)")
"""After the second name, where something before it is of the stage."""

OF_THE_STAGE = re.compile(
    r"\b(?:viewers?|audiences?|sitcom|series|film|movie|drama|musical|soap|actor|actress|comedian|cast|screen|stage|thriller|"
    r"comedy|plays?)\b",
    re.IGNORECASE,
)

ON_SCREEN = re.compile(
    r"\b(?:chief|president|mayor|minister|king|queen|governor|head|leader|chair\w*|captain|director|officer)\b[^.;]*"
    r"\bin the (?:[\w-]+ ){0,3}(?:series|film|sitcom|drama|movie|play|musical|soap|show|novel|thriller|comedy)\b[^.;]*"
    r"\b(?:actor|actress|star|comedian|singer)\b"
)
"""Up to the second name: an office in a story, and who acts it."""

SEEN_AS = re.compile(
    rf"\bas\s+(?:(?:the|an?)\s+)?(?:[\w-]+\s+){{0,2}}(?i:president|prime\s+minister|mayor|king|queen|governor|captain|"
    rf"detective|doctor|chief\s+executive|chancellor)\b[^.;]*?{EITHER}[^.;]{{0,30}}?\bin\s+the\s+(?:[\w-]+\s+){{0,3}}"
    r"(?:series|film|sitcom|drama|movie|play|musical|soap|show|novel|thriller|comedy)\b"
)
"""An office that somebody has in a story: "saw Ann Lee as Mayor Moe of York in the series"."""

OFFICE_IN_PASSING = re.compile(
    rf"(?:\b(?:[Ii]ts|[Tt]heir|[Ww]hose)|['\u2019]s?)\s+(?!{_NOT_NOW})(?:(?!{_NOT_NOW})[\w-]+\s+){{0,5}}?"
    r"(?i:chief\s+executive(?:\s+officer)?|CEO|chair(?:man|woman|person)?|president|prime\s+minister|premier|chancellor|"
    r"governor|mayor|head|director|leader|owner|captain|manager|coach|king|queen|minister|editor),\s+"
    rf"(?:(?:Dr|Mr|Mrs|Ms|Prof|Sir|Dame)\.?\s+)?{EITHER}$"
)
"""Up to the second name, where a comma follows it: "Acme has not paid its chief executive, Ann Lee,"."""

NO_LONGER_BEFORE = re.compile(
    r"\b(?:[Nn]o longer|[Oo]nce|[Ff]ormerly|[Pp]reviously)\s+(?:owned|led|headed|run|chaired|based|headquartered|"
    r"employed|managed|controlled|held|coached|captained)\b[^,;.]*$|"
    r"\b(?:[Gg]one are|[Oo]ver are|long past) the (?:days|times|years) when\b[^;.]*$"
)
"""Before the first name: what follows was and is not."""

LEFT_BEFORE = re.compile(
    r"\b(?:[Hh]aving|[Aa]fter|[Ss]ince)\s+(?:\w+ly\s+)?(?:(?:been|being)\s+(?:ousted|dismissed|fired|sacked|removed|"
    r"deposed|voted\s+out)|stepp(?:ed|ing)\s+(?:down|aside)|resign(?:ed|ing)|retir(?:ed|ing)|left|leaving|"
    r"quit(?:ting)?|giv(?:en|ing)\s+up)\b[^,;]{0,80}$"
)
"""Before the first name, where a comma follows it: "After resigning as chairwoman of"."""

YEARS_BEFORE = re.compile(
    r"\b[Aa]fter\s+(?:(?:nearly|almost|more\s+than|over|about|some)\s+)?[\w-]+\s+(?:years|decades|centuries)\s+"
    r"(?:in|at)\s+$"
)
MOVED_ON = re.compile(r"\b(?:mov(?:es|ed)|relocat(?:es|ed)|leaves|left|quits?|return(?:s|ed)|stepp(?:ed|ing)\s+down)\b")
"""After `YEARS_BEFORE`: "After 30 years in York, Acme moved to Leeds"."""

UNTIL_LATELY = re.compile(
    r"[^,.;]{0,30}\buntil\s+(?:last|recently|then|earlier|yesterday|(?:an?|two|three|four|five|several|\d+)\s+\w+\s+ago)\b"
)
"""After the second name: it is over."""

POSTED = re.compile(
    r"\b(?:[Aa]|[Aa]n|[Oo]ne|[Tt]he|[Tt]hat|[Tt]his|[Ss]everal|[Mm]any|[Vv]iral|[Ss]ome|\d+)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:posts?|memes?|tweets?|(?:viral|doctored|fake) (?:videos?|clips?|images?|photos?)|"
    r"(?:chain|forwarded|WhatsApp) messages?|"
    r"rumou?rs?|leaflets?)"
    r"(?:\s+(?:that|which)\b)?(?:\s+(?:was|were|has been|being)\b)?"
    r"(?:,?\s+(?:shared|seen|viewed|liked|circulat\w+|spread\w*|forwarded|doing|posted|widely)\b[^.;:]{0,60}?)?,?\s+"
    r"(?:says?|claims?|claimed|claiming|alleg\w+|saying|insists?|(?:has|have|had|would have) it)\b[^.;]*$"
)
"""Before the first name: what nobody answers for says that it is so."""
