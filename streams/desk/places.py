"""Which entities are a place or lie in it, as far as the graph knows."""

from dataclasses import dataclass

from neo4j import AsyncDriver

from inference.text.geography.atlas import country_code
from streams.desk.history import FAMILY, NOT_HAPPENING
from topology.graph.names import ALIAS_OF, ENTITY, fact_holds

LIES_IN = ("P17", "P131", "P706")
"""Relations from a place to what it lies in: country, administrative entity, terrain."""

MOST_PLACES = 5000
"""Most places that are looked up of one: those that its own relations name come first."""

# Two steps: a city in a district in a region. Countries are known by their code as well, over any number of steps.
_WITHIN = f"""
{FAMILY}
WITH collect(DISTINCT member) AS here
CALL (here) {{
  UNWIND here AS place
  MATCH (place)<-[r:{NOT_HAPPENING}]-(inside:{ENTITY}) WHERE r.property IN $lies_in AND {fact_holds("r")}
  RETURN collect(DISTINCT inside)[..$most] AS near
}}
CALL (near) {{
  UNWIND near AS place
  MATCH (place)<-[r:{NOT_HAPPENING}]-(inside:{ENTITY}) WHERE r.property IN $lies_in AND {fact_holds("r")}
  RETURN collect(DISTINCT inside)[..$most] AS far
}}
UNWIND here + near + far AS place
MATCH (place)-[same:{ALIAS_OF} WHERE same.ended_at IS NULL]-{{0,3}}(member:{ENTITY})
WITH DISTINCT here, member LIMIT $most
WITH here, collect(DISTINCT member.id) AS ids
RETURN ids, [place IN here | [place.name, place.country_code]] AS named
"""


@dataclass(frozen=True, slots=True)
class Within:
    """What lies in a place.

    Attributes:
        ids: Ids of the entities that are the place or are known to lie in it, aliases among them.
        country: Code of the country that it is, ISO 3166-1; None if it is none. What lies there has it too.
    """

    ids: frozenset[str]
    country: str | None = None


async def within(driver: AsyncDriver, place: str, database: str | None = None) -> Within:
    """Returns what lies in a place, given by any of its names or ids; the ids are none if no text names it."""
    asked = {"entity": place, "lies_in": LIES_IN, "most": MOST_PLACES}
    found = (await driver.execute_query(_WITHIN, parameters_=asked, database_=database)).records
    named = [tuple(one) for row in found for one in row["named"]]
    # Not every place with a country's name is that country.
    codes = [code for name, code in named if code and code == country_code(name)]
    ids = frozenset(id_ for row in found for id_ in row["ids"])
    return Within(ids, country_code(place) or next(iter(codes), None))
