"""Regions that news names beside a town instead of its country, such as the states of the USA."""

from typing import NamedTuple


class Region(NamedTuple):
    """A region of a country, with the code that GeoNames has for it."""

    country: str
    code: str
    name: str


_TABLE = """
US: AL Alabama; AK Alaska; AZ Arizona; AR Arkansas; CA California; CO Colorado; CT Connecticut; DE Delaware; FL Florida;
GA Georgia; HI Hawaii; ID Idaho; IL Illinois; IN Indiana; IA Iowa; KS Kansas; KY Kentucky; LA Louisiana; ME Maine;
MD Maryland; MA Massachusetts; MI Michigan; MN Minnesota; MS Mississippi; MO Missouri; MT Montana; NE Nebraska;
NV Nevada; NH New Hampshire; NJ New Jersey; NM New Mexico; NY New York; NC North Carolina; ND North Dakota; OH Ohio;
OK Oklahoma; OR Oregon; PA Pennsylvania; RI Rhode Island; SC South Carolina; SD South Dakota; TN Tennessee; TX Texas;
UT Utah; VT Vermont; VA Virginia; WA Washington; WV West Virginia; WI Wisconsin; WY Wyoming
CA: 01 Alberta; 02 British Columbia; 03 Manitoba; 04 New Brunswick; 05 Newfoundland and Labrador; 07 Nova Scotia;
08 Ontario; 09 Prince Edward Island; 10 Quebec; 11 Saskatchewan; 12 Yukon; 13 Northwest Territories; 14 Nunavut
AU: 02 New South Wales; 03 Northern Territory; 04 Queensland; 05 South Australia; 06 Tasmania; 07 Victoria;
08 Western Australia
GB: ENG England; SCT Scotland; WLS Wales; NIR Northern Ireland
"""
_ABBREVIATED = (
    "Ala Alabama; Ariz Arizona; Ark Arkansas; Calif California; Colo Colorado; Conn Connecticut; Del Delaware; "
    "Fla Florida; Ga Georgia; Ill Illinois; Ind Indiana; Kan Kansas; Ky Kentucky; Md Maryland; Mass Massachusetts; "
    "Mich Michigan; Minn Minnesota; Mo Missouri; Mont Montana; Neb Nebraska; Nev Nevada; N.H New Hampshire; "
    "N.J New Jersey; N.M New Mexico; N.Y New York; N.C North Carolina; N.D North Dakota; Okla Oklahoma; Ore Oregon; "
    "Pa Pennsylvania; R.I Rhode Island; S.C South Carolina; S.D South Dakota; Tenn Tennessee; Vt Vermont; Va Virginia; "
    "Wash Washington; W.Va West Virginia; Wis Wisconsin; Wyo Wyoming; Ont Ontario; Que Quebec; B.C British Columbia; "
    "Alta Alberta; NH New Hampshire; NJ New Jersey; NM New Mexico; NY New York; NC North Carolina; ND North Dakota; "
    "RI Rhode Island; SC South Carolina; SD South Dakota; BC British Columbia; WVa West Virginia; W. Va West Virginia"
)

REGIONS: dict[str, Region] = {}
"""Regions by name."""

for _country, _rest in (part.split(": ", 1) for part in _TABLE.strip().replace(";\n", "; ").splitlines()):
    for _one in _rest.split("; "):
        _code, _, _name = _one.partition(" ")
        REGIONS[_name] = Region(_country, _code, _name)

BY_CODE = {(region.country, region.code): region for region in REGIONS.values()}
"""The same regions by country and code."""

ABBREVIATIONS = {
    short.rpartition(name)[0].strip(): name
    for short in _ABBREVIATED.split("; ")
    for name in [next(n for n in sorted(REGIONS, key=lambda n: -len(n)) if short.endswith(f" {n}"))]
}
"""Names of regions by the abbreviations that follow a town in American news, without the last full stop."""

WITH_REGIONS = frozenset(region.country for region in REGIONS.values())
"""Codes of the countries whose regions are known."""
