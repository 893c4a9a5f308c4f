"""The wordings that state a relation between two names, one pattern each.

Each is narrow on purpose. Verbs are finite and affirmative, so that "does not own", "would buy" and "plans to move"
match none of them; what goes before and after is checked as well. Those of kinship are in
`inference.text.statements.kin`.
"""

from inference.text.statements.phrases.organizations import OF_ORGANIZATIONS
from inference.text.statements.phrases.parts import Phrase
from inference.text.statements.phrases.people import OF_PEOPLE
from inference.text.statements.phrases.works import OF_WORKS

PHRASES: tuple[Phrase, ...] = (*OF_PEOPLE, *OF_WORKS, *OF_ORGANIZATIONS)
