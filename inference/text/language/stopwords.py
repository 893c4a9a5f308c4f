"""English words that say nothing about an article's topic."""

_WORDS = """
a about above across after again against ago ahead all almost alone along already also although always am amid among
amongst an and another any anybody anyone anything anywhere are aren't around as aside at away back be became because
become becomes been before began behind being below beneath beside besides between beyond both but by came can can't
cannot could couldn't did didn't do does doesn't doing don't done down due during each early either else enough etc
even ever every everybody everyone everything everywhere except far few fewer for former formerly from further
furthermore gave get gets getting give given gives go goes going gone got had hadn't half has hasn't have haven't
having he he'd he'll he's hence her here here's hers herself him himself his how how's however i i'd i'll i'm i've if
in indeed inside instead into is isn't it it's its itself just keep keeps kept last late later latter least less let
let's like likely made mainly make makes making many may maybe me mean meanwhile might mine more moreover most mostly
much must mustn't my myself near nearly need needs neither never nevertheless next no nobody none nonetheless nor not
nothing now nowhere of off often on once one one's ones only onto or other others otherwise ought our ours ourselves
out outside over own part per perhaps please put quite rather really regarding same saw see seem seemed seems seen
several shall shan't she she'd she'll she's should shouldn't since so some somebody somehow someone something
sometimes somewhere still such take taken takes taking than that that's the their theirs them themselves then there
there's thereby therefore these they they'd they'll they're they've thing things this those though through throughout
thus till to together too took toward towards under unless unlike until up upon us use used uses using usually various
very via want wants was wasn't way ways we we'd we'll we're we've well went were weren't what what's whatever when
when's whenever where where's whereas wherever whether which while who who's whoever whole whom whose why why's will
with within without won't would wouldn't yet you you'd you'll you're you've your yours yourself yourselves
"""
_NEWS = """
said say says saying told tell tells telling according added adding announced announce announces announcing asked
called claim claimed claims confirmed confirms noted reported reportedly reporting reports report revealed statement
stated spokesman spokesperson spokeswoman official officials news agency reuters afp ap bbc cnn read more photo image
updated today yesterday tomorrow tonight day days week weeks month months year years hour hours minute minutes time
times morning afternoon evening night weekend recent recently earlier previous previously current currently new old
first second third fourth fifth including include includes included follow followed follows following least number
people person man woman men women amid ongoing expected set set's high low large small big long short good great
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december jan feb mar apr jun jul aug sep sept oct nov dec zero two three four five six seven eight
nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty
seventy eighty ninety hundred hundreds thousand thousands million millions billion billions trillion dozen dozens
percent per cent mr mrs ms dr
"""

STOP_WORDS = frozenset(_WORDS.split()) | frozenset(_NEWS.split())
"""In lower case. `_NEWS` holds words that news on any topic uses: who reported it, when, and how many."""

TITLES = frozenset(
    """
    president vice prime minister chancellor king queen prince princess pope senator sen governor gov mayor judge
    justice general gen colonel captain admiral sergeant sheikh sultan ayatollah secretary representative rep
    congressman congresswoman chairman chairwoman chair ceo director professor prof dr mr mrs ms sir lord lady dame
    premier former deputy acting interim foreign defence defense finance interior
    """.split()  # noqa: SIM905 - read as prose
)
"""Words before a person's name that are not part of it."""
