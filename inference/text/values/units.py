"""Units and countable nouns, by the words that news uses for them."""

SYMBOLS = {
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NZ$": "NZD",
    "S$": "SGD",
    "NT$": "TWD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₦": "NGN",
    "₪": "ILS",
    "¥": "",
}
"""ISO 4217 codes by sign; "" if two currencies share the sign."""

CURRENCIES = {
    "dollars": "USD",
    "dollar": "USD",
    "euros": "EUR",
    "euro": "EUR",
    "pounds sterling": "GBP",
    "yen": "JPY",
    "yuan": "CNY",
    "renminbi": "CNY",
    "rupees": "INR",
    "rubles": "RUB",
    "roubles": "RUB",
    "shekels": "ILS",
    "naira": "NGN",
    "rand": "ZAR",
    "won": "KRW",
    "reais": "BRL",
    "Swiss francs": "CHF",
    "zloty": "PLN",
    "baht": "THB",
    "hryvnias": "UAH",
    "Turkish lira": "TRY",
}

DOLLARS = {
    "US": "USD",
    "U.S.": "USD",
    "American": "USD",
    "Australian": "AUD",
    "Canadian": "CAD",
    "Hong Kong": "HKD",
    "New Zealand": "NZD",
    "Singapore": "SGD",
    "Taiwan": "TWD",
    "Zimbabwean": "",
    "Namibian": "NAD",
    "Jamaican": "JMD",
}

MEASURES = {
    name: unit
    for unit, names in {
        "%": "% percent|per cent",
        "percentage point": "percentage points|percentage point",
        "basis point": "basis points|basis point",
        "km": "km|kilometres|kilometers|kilometre|kilometer",
        "m": "metres|meters|metre|meter",
        "cm": "cm|centimetres|centimeters",
        "mm": "mm|millimetres|millimeters",
        "mi": "miles|mile",
        "ft": "feet|foot|ft",
        "in": "inches|inch",
        "nmi": "nautical miles",
        "km2": "km2|km²|sq km|square kilometres|square kilometers",
        "m2": "m2|m²|sq m|square metres|square meters",
        "mi2": "square miles|sq mi",
        "ha": "hectares|hectare",
        "acre": "acres|acre",
        "kg": "kg|kilograms|kilogrammes|kilos",
        "g": "grams",
        "t": "tonnes|tonne|metric tons",
        "ton": "tons",
        "L": "litres|liters",
        "gal": "gallons",
        "bbl": "barrels|barrels of oil",
        "km/h": "km/h|kph|kilometres per hour|kilometers per hour|kilometres an hour|kilometers an hour",
        "mph": "mph|miles per hour|miles an hour",
        "°C": "°C|degrees Celsius|degrees celsius",
        "°F": "°F|degrees Fahrenheit",
        "W": "watts",
        "kW": "kW|kilowatts",
        "MW": "MW|megawatts",
        "GW": "GW|gigawatts",
        "kWh": "kWh|kilowatt-hours",
        "MWh": "MWh|megawatt-hours",
        "GWh": "GWh|gigawatt-hours",
        "TWh": "TWh|terawatt-hours",
        "GB": "GB|gigabytes",
        "TB": "TB|terabytes",
    }.items()
    for name in names.replace("% ", "%|").split("|")
}

TIMES = ("second", "minute", "hour", "day", "week", "month", "year", "decade")

CONDITIONS = frozenset(
    {"killed", "dead", "injured", "wounded", "missing", "arrested", "detained", "displaced", "hospitalized"}
)
"""Conditions in which people are counted: "12 injured"."""

COUNTED = frozenset(
    {"people", "men", "women", "children", "troops", "police", "personnel", "aircraft", "staff", "crew", "cattle"}
)
"""Counted nouns with an irregular plural or none."""

COUNTED_ALONE = frozenset(
    {"person", "man", "woman", "child", "soldier", "officer", "migrant", "civilian", "seat", "journalist"}
)
"""Nouns that are counted even if there is only one."""

NO_NOUNS = frozenset(
    """
    a about after again against all along among an and any are as at away back be because been before being below
    between both but by could did do does down during each else even ever every first for from had has have he her
    here his how if in including inside into is it its just last less like may might more most near never next no nor
    not now of off old on once one only or other others our out outside over own per since so some such than that the
    their them then there these they this those through times to too toward towards under until up upon us very was
    way were what when where which while who whose why will with within without would years says kills claims follows
    leads meets wins crashes begins starts hits makes takes gives goes comes includes remains becomes seems means
    shows hours minutes p.m a.m pm am pounds points goals votes-to always perhaps besides across this thus plus minus
    january february march april may june july august september october november december
    """.split()  # noqa: SIM905 - read as prose
)
"""Words that end the search for the counted noun."""
