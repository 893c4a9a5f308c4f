"""What the model's outputs stand for: entity types, columns of the pair head, classes of happenings."""

from dataclasses import dataclass

from topology.ontology import HAPPENING, ROLES, Ontology


@dataclass(frozen=True, slots=True)
class Outputs:
    """The lists that the model's outputs point into.

    Attributes:
        types: The ontology's entity types, and last, if it has happenings, the type of their triggers.
        relations: Ids of its relations: the pair head's first columns.
        roles: Roles of its happenings: the pair head's further columns, from a trigger to what fills the role.
        classes: Ids of its happenings.
    """

    types: tuple[str, ...]
    relations: tuple[str, ...]
    roles: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def columns(self) -> int:
        """Columns of the pair head."""
        return len(self.relations) + len(self.roles)


def outputs_of(ontology: Ontology) -> Outputs:
    """Returns what a model of an ontology tells apart."""
    happening = (HAPPENING,) if ontology.happenings else ()
    return Outputs(
        (*(t.name for t in ontology.entity_types), *happening),
        tuple(r.id for r in ontology.relations),
        tuple(role for role in ROLES if ontology.fillers(role)),
        tuple(h.id for h in ontology.happenings),
    )
