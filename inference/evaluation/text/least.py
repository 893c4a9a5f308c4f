"""The least score at which the service says a fact."""

from collections.abc import Callable

from topology.ontology import load_ontology
from topology.settings import settings

Least = Callable[[str], float]
"""Returns the least score at which the facts of a relation are said."""


def least_scores() -> Least:
    """Returns the least score at which the service says a relation's facts: the ontology's own or the default."""
    default = settings().relation_threshold
    own = {relation.id: relation.threshold for relation in load_ontology(settings().ontology).relations}

    def least(relation: str) -> float:
        chosen = own.get(relation)
        return default if chosen is None else chosen

    return least
