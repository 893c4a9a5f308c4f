"""Dates, sums, counts and measures in the many forms of news."""

from collections.abc import Callable
from random import Random

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORT_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORDS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_MARKED = ("$", "€", "£", "¥", "₹", "US$", "A$", "C$", "R$", "S$", "NZ$", "₦", "₱", "Rs ", "SFr", "HK$")
_NAMED = (
    "dollars", "euros", "pounds", "yuan", "yen", "rupees", "roubles", "rubles", "won", "francs", "Swiss francs",
    "kronor", "crowns", "kroner", "pesos", "reais", "rand", "naira", "shillings", "lira", "dirhams", "riyals", "baht",
    "ringgit", "rupiah", "zlotys", "forints", "hryvnia", "taka", "dong", "shekels", "CFA francs", "Australian dollars",
)  # fmt: skip
_LONG, _SHORT = ("thousand", "million", "billion", "trillion"), ("k", "m", "bn", "tn")
_DASHES = ("-", "-", "\u2013")
_AFTER_THESE_LIST = (
    "a an the all these those its his her their some than last about almost nearly around over least most to only just "
    "and another other every first more one or roughly between of as by"
)
_AFTER_THESE = frozenset(_AFTER_THESE_LIST.split())
"""Words after which no "at least" can stand."""
_QUALIFIED = 0.15


def made_number(pool: str, rng: Random, before: str = "", after: str = "") -> str:
    """Draws a date or a quantity.

    Args:
        pool: Its pool.
        rng: Draws.
        before: The text before it.
        after: The text after it.
    """
    return _MAKERS[pool](rng, before.split(" ")[-2].strip('"(').lower() if " " in before else "", after)


def is_number(pool: str) -> bool:
    """Returns whether a pool holds dates or quantities."""
    return pool in _MAKERS


def _date(rng: Random, _before: str, _after: str) -> str:
    month, day = rng.randrange(12), rng.randint(1, 28)
    year = rng.choice(("", "", rng.randint(2015, 2028), rng.randint(1955, 2028)))
    if rng.random() < 1 / 2:
        return f"{day} {MONTHS[month]}{f' {year}' if year else ''}"
    name = rng.choice((MONTHS, MONTHS, _SHORT_MONTHS))[month]
    return f"{name} {day}{f', {year}' if year else ''}"


def _month(rng: Random, before: str, after: str) -> str:
    year = rng.choice(("", "", rng.randint(1990, 2028)))
    bare = before in {"last", "next", "this", "early", "late", "mid"} or after.startswith("'s") or not year
    return rng.choice(MONTHS) + ("" if bare else f" {year}")


def _year(rng: Random, _before: str, _after: str) -> str:
    return str(rng.randint(2000, 2028) if rng.random() < 3 / 5 else rng.randint(1880, 1999))


def _scaled(rng: Random) -> str:
    return rng.choice(
        (str(rng.randint(2, 99)), str(rng.randint(100, 950)), f"{rng.randint(1, 9)}.{rng.randint(1, 9)}",
         f"{rng.randint(10, 99)}.{rng.randint(1, 9)}")
    )  # fmt: skip


def _money(rng: Random, before: str, after: str) -> str:
    if "barrel" in after[:10] or before == "a":
        return f"${rng.randint(20, 140)}"
    size = rng.choices((0, 1, 2, 3), (2, 10, 7, 1))[0]
    form = rng.random()
    if not size:
        value = f"{rng.randint(1, 950)},{rng.randint(1, 9)}00"
        return f"{rng.choice(_MARKED)}{value}" if form < 2 / 3 else f"{value} {rng.choice(_NAMED)}"
    if form < 1 / 2:
        return f"{rng.choice(_MARKED[:6] if form < 1 / 4 else _MARKED)}{_scaled(rng)} {_LONG[size]}"
    if form < 7 / 10:
        return f"{rng.choice(_MARKED[:3])}{_scaled(rng)}{_SHORT[size]}"
    return f"{_scaled(rng)} {_LONG[size]} {rng.choice(_NAMED)}"


def _count(rng: Random) -> int:
    return rng.choice(
        (
            rng.randint(2, 12),
            rng.randint(2, 99),
            rng.randint(13, 950),
            10 * rng.randint(5, 99),
            100 * rng.randint(10, 99),
            1000 * rng.randint(3, 400),
        )
    )


def _people(rng: Random, before: str, _after: str) -> str:
    number = _count(rng)
    text = WORDS[number] if number <= len(WORDS) - 8 else f"{number:,}"
    text = str(number) if number <= len(WORDS) and rng.random() < 1 / 4 else text
    if rng.random() < 1 / 30:
        text = f"{rng.choice((rng.randint(2, 20), f'1.{rng.randint(1, 9)}'))} million"
    if rng.random() < _QUALIFIED and before not in _AFTER_THESE:
        text = (
            f"{rng.choice(('at least', 'at least', 'more than', 'about', 'nearly', 'around', 'up to', 'some'))} {text}"
        )
    return text


def _percent(rng: Random, _before: str, _after: str) -> str:
    value = rng.choice((str(rng.randint(2, 60)), f"{rng.randint(1, 40)}.{rng.randint(1, 9)}"))
    return value + rng.choice(("%", "%", " percent", " per cent"))


def _years(rng: Random, before: str, after: str) -> str:
    number = rng.choice((rng.randint(2, 12), rng.randint(2, 35)))
    text = WORDS[number] if number < rng.choice((10, 13)) else str(number)
    if before in {"a", "an", "his", "her", "their", "its"} or after.startswith((" sentence", " term", " ban")):
        return f"{text}-year"
    return f"{text} years"


def _age(rng: Random, _before: str, _after: str) -> str:
    return str(rng.choice((rng.randint(19, 60), rng.randint(30, 94))))


def _score(rng: Random, _before: str, _after: str) -> str:
    form = rng.random()
    if form < 3 / 4:
        low = rng.randint(0, 3)
        return f"{low + rng.randint(1, 4)}{rng.choice(_DASHES)}{low}"
    low = rng.randint(55, 110)
    return f"{low + rng.randint(1, 25)}-{low}"


def _distance(rng: Random, before: str, _after: str) -> str:
    number = rng.choice((rng.randint(2, 30), 10 * rng.randint(2, 60)))
    if before in {"a", "an"}:
        return f"{number}{rng.choice((' km', '-kilometre', '-mile', '-kilometer'))}"
    return f"{number} {rng.choice(('km', 'kilometres', 'kilometers', 'miles', 'miles', 'metres'))}"


def _day(rng: Random, _before: str, _after: str) -> str:
    return rng.choice(DAYS)


_MAKERS: dict[str, Callable[[Random, str, str], str]] = {
    "date": _date, "day": _day, "month": _month, "year": _year, "money": _money, "people": _people,
    "percent": _percent, "years": _years, "age": _age, "score": _score, "distance": _distance,
}  # fmt: skip
DATES = frozenset({"date", "day", "month", "year"})
