"""The least score at which the service says a fact."""

from collections.abc import Callable

from topology.ontology import load_ontology
from topology.settings import settings

Least = Callable[[str], float]
"""Returns the least score at which the facts of a relation are said."""


def least_scores() -> Least:
    """Returns the least score at which the service says a relation's facts: the ontology's own or the default."""
    default = settings().relation_threshold
    specs = load_ontology(settings().ontology).by_id
    return lambda relation: specs[relation].least(default) if relation in specs else default
