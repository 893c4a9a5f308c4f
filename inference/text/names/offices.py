"""Offices by their bare titles: "the Foreign Minister" and "foreign minister" are one office's name.

A title's common words are written in small letters, those that name an institution or a place as they are: "IDF chief",
"Federal Reserve chair".
"""

import re

_TITLES = """
administrator adviser advisor ambassador archbishop assistant assemblyman assemblywoman attorney auditor bishop borough
captain cardinal caretaker chair chairman chairperson chairwoman chancellor chief city coach co-chair co-chief
co-founder commander commerce commissioner comptroller congressman congresswoman consul coordinator council councillor
councilman councilwoman counsel county crown culture defence defense delegate deputy designate development director
district economy editor education elder elect emir emperor empress energy environment envoy executive finance
financial first floor foreign general governor head health high home housing immigration industry information inspector
interim interior investment joint judge justice king labor labour lady law lawmaker lead leader legislator lieutenant
lord magistrate majority manager managing marketing marshal mayor medical military minister ministerial minority
mission national officer of official operating opposition parliamentary party patriarch permanent police pope premier
presidency president presidential presiding press prime prince princess principal prosecutor provincial public queen
ranking rector regional registrar representative resident secretary security senator senior sergeant sheriff shadow
solicitor speaker special spokesman spokesperson spokeswoman staff state sultan superintendent supreme technology the
trade transport treasurer treasury undersecretary vice viceroy whip in at for to and
"""
_WORDS = frozenset(_TITLES.split())
_ARTICLE = re.compile(r"\A(?:the|a|an)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def office_name(title: str) -> str:
    """Returns an office's bare title, its common words in small letters.

    Args:
        title: The title as the text writes it, white space normalised.
    """
    return _WORD.sub(_small, _ARTICLE.sub("", title))


def _small(word: re.Match[str]) -> str:
    # "CEO" and "US" are written in capitals wherever they stand.
    if word[0].isupper() and len(word[0]) > 1:
        return word[0]
    parts = word[0].lower().split("-")
    return word[0].lower() if {word[0].lower(), *parts} & _WORDS else word[0]
