"""Name lists that help to type spans: countries, demonyms, regions, companies (public domain and ODbL)."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MORE_DEMONYMS = """
American British English Scottish Welsh Irish European African Asian Arab Kurdish Tibetan Soviet Yugoslav Tamil Catalan
Basque Bavarian Californian Texan Londoner Parisian Muslim Christian Jewish Catholic Protestant Islamic Sunni Shia Hindu
Sikh Buddhist Houthi Hispanic Latino Nordic Baltic Balkan Western Palestinian Israeli Turkish Spanish French Dutch
Swedish Danish Polish Finnish Congolese Emirati Filipino Philippine Kosovar Taiwanese Chechen Crimean Uyghur Rohingya
Iranian Iraqi Afghan Pakistani Syrian Lebanese
"""
SHORTEST_REGION = 5
"""Letters of a region's name at least; shorter ones are words or names of other things as well."""

_SHORT_NATIONS = "U.S. US UK U.K. UAE DRC Palestine Kosovo Taiwan"
ABBREVIATED = frozenset({"U.S.", "US", "USA", "U.K.", "UK", "UAE", "DRC"})
"""Countries as news abbreviates them."""

_NOT_COUNTRIES = frozenset({"Georgia", "Jordan", "Chad"})


@dataclass(frozen=True)
class Gazetteer:
    """Names by what they name.

    Attributes:
        countries: Countries, their official names and capitals, regions and continents.
        demonyms: `French`, `Israelis`: nationality and belonging, type `misc`.
        nations: Sovereign states as news call them.
        companies: Company names without their legal form.
        homes: The country of each demonym and spelling of a country.
        unclear: Names of a country and of something else.
    """

    countries: frozenset[str]
    demonyms: frozenset[str]
    nations: frozenset[str]
    companies: frozenset[str]
    homes: Mapping[str, str]
    unclear: frozenset[str] = frozenset({"Georgia"})

    def country_of(self, name: str) -> str:
        """Returns the country that a country's name or a demonym means; "" for anything else."""
        return self.homes.get(name, "")


def load_gazetteer(folder: Path) -> Gazetteer:
    """Reads the gazetteer folder of the data directory."""
    places: set[str] = {"Europe", "Asia", "Africa", "Middle East", "North America", "South America", "Antarctica"}
    homes = {"U.S.": "United States", "US": "United States", "UK": "United Kingdom", "U.K.": "United Kingdom"}
    nations = {*_SHORT_NATIONS.split(), "Democratic Republic of the Congo"}
    demonyms = set(_MORE_DEMONYMS.split())
    for country in json.loads((folder / "countries.json").read_text(encoding="utf-8")):
        name = country["name"]
        spellings = {
            name["common"],
            name["official"],
            *(s for s in country["altSpellings"] if len(s) >= SHORTEST_REGION),
        }
        if country.get("independent"):
            nations |= spellings - {"Georgia"}
        places.update({name["common"], name["official"], *country.get("capital", ())} - _NOT_COUNTRIES)
        places.update({country["region"], country["subregion"]})
        forms = country.get("demonyms", {}).get("eng", {}).values()
        people = {word.strip() for form in forms for word in form.replace(" or ", ",").split(",")} - {""}
        demonyms |= people
        homes.update(dict.fromkeys(spellings | people | {person + "s" for person in people}, name["common"]))
    demonyms = {d.strip() for d in demonyms}
    demonyms |= {d + "s" for d in demonyms if not d.endswith(("s", "h", "ese"))}
    demonyms -= places
    regions = json.loads((folder / "admin1.json").read_text(encoding="utf-8"))
    places.update(r["name"] for r in regions if len(r["name"]) >= SHORTEST_REGION)
    with (folder / "constituents.csv").open(encoding="utf-8") as lines:
        companies = {_plain(row["Security"]) for row in csv.DictReader(lines)}
    for shared in ("Congolese", "Guinean", "Guineans", "Dominican", "Dominicans"):  # of more than one country
        homes.pop(shared, None)
    return Gazetteer(
        frozenset(places - demonyms - {""}),
        frozenset(demonyms - {""}),
        frozenset(nations),
        frozenset(companies - {""}),
        homes,
    )


def _plain(company: str) -> str:
    name = company.split("(", maxsplit=1)[0].strip().removeprefix("The ")
    for form in (" Inc.", " Corporation", " Company", " Corp.", " plc", " Ltd.", " Group", " & Co.", " Holdings"):
        name = name.removesuffix(form)
    return name.strip(" ,")
