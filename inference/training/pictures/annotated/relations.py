"""The relations between a name in a picture's text and an object in the picture, as MORE has them (He et al. 2023).

MORE's own list of relations is not freely available. These are ids 1 to 21 of UMRE, which extends MORE
(`rel2id_umke_partner.json` of https://github.com/Nikol-coder/REMOTE); most of the six after them are MNRE's. What each
means is in docs/annotation-pictures.md.
"""

NONE = "none"

SAME_PERSON = "/per/per/self"
"""The object is the person who is named. Annotated as who is shown."""

RELATIONS = (
    SAME_PERSON,
    "/org/org/self",
    "/loc/loc/self",
    "/misc/misc/self",
    "/per/org/member_of",
    "/per/org/leader_of",
    "/per/org/opposed_to",
    "/per/misc/present_in",
    "/per/misc/party",
    "/per/misc/nationality",
    "/per/misc/president",
    "/per/loc/place_of_governance",
    "/per/loc/place_of_residence",
    "/per/loc/place_of_birth",
    "/per/per/partner",
    "/per/per/relatives",
    "/per/per/opponent",
    "/org/org/subsidiary",
    "/org/loc/locate_at",
    "/loc/loc/contain",
    "/misc/loc/held_on",
)

PEOPLE = frozenset({"person", "face"})
"""Classes of objects that are people."""

_KINDS = {"person": "per", "organization": "org", "location": "loc"}


def kind(entity_type: str) -> str:
    """Returns MORE's kind of an entity type: `per`, `org`, `loc`, or `misc` for all others."""
    return _KINDS.get(entity_type, "misc")


def ends(relation: str) -> tuple[str, str]:
    """Returns the kinds of a relation's ends."""
    _, one, other, _ = relation.split("/")
    return one, other


def object_allowed(relation: str, label: str) -> bool:
    """Returns whether an object of a class can be an end of a relation: only people are `per`."""
    kinds = ends(relation)
    return "per" in kinds if label in PEOPLE else set(kinds) != {"per"}


def name_expected(relation: str, label: str) -> frozenset[str]:
    """Returns the kinds of names that fit a relation if an object of this class is its other end."""
    one, other = ends(relation)
    free = {b for a, b in ((one, other), (other, one)) if (a == "per") == (label in PEOPLE)}
    return frozenset(free)
