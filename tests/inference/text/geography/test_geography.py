"""Well-known places: where they are, what cannot be said of them, and which of several of one name is meant."""

import tracemalloc

import pytest

from inference.text.geography import atlas
from inference.text.geography.contradictions import contradicts
from inference.text.geography.namesakes import meant
from inference.text.names.countries import ALIASES, DEMONYMS
from inference.text.names.institutions import NamedSpan
from inference.text.types import Span, TextMention, TextRelation
from inference.text_extraction.consistency import consistent
from inference.text_extraction.mentions import RawMention, name_mentions
from topology.ontology import load_ontology
from topology.settings import settings


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Paris", "FR"),
        ("Zurich", "CH"),
        ("Zürich", "CH"),
        ("Cologne", "DE"),
        ("Lagos", "NG"),
        ("Bangor, Maine", "US"),
        ("Tripoli, Lebanon", "LB"),
        ("Texas", "US"),
        ("Georgia", "GE"),
        ("Georgia, United States", "US"),
        ("Ivory Coast", "CI"),
        ("New York", "US"),
    ],
)
def test_where_a_place_is(name, country):
    assert atlas.locate(name).country == country


def test_a_city_is_a_point_and_a_country_is_none():
    assert atlas.locate("Oslo") == ("NO", pytest.approx(59.91, abs=0.02), pytest.approx(10.75, abs=0.02))
    assert atlas.locate("Norway") == ("NO", None, None)


@pytest.mark.parametrize("name", ["Bangor", "Albany", "Victoria", "Tyrena", "", ", ", "\t", "x" * 5000])
def test_where_the_name_does_not_tell_nothing_is_said(name):
    assert atlas.locate(name) is None


def test_every_country_of_ours_has_a_code():
    assert [name for name in {*DEMONYMS.values(), *ALIASES, *ALIASES.values()} if not atlas.country_code(name)] == []


def test_the_tables_are_small_in_memory():
    atlas._lines.cache_clear()
    tracemalloc.start()
    atlas.cities("Paris")
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size < 10_000_000


@pytest.mark.parametrize(
    ("subject", "predicate", "object_"),
    [
        ("Paris", "P17", "Germany"),
        ("Paris", "P131", "Ohio"),
        ("Chicago", "P131", "Ohio"),
        ("Brazil", "P36", "Lagos"),
        ("Lagos", "P1376", "Brazil"),
        ("Germany", "P17", "France"),
        ("Texas", "P17", "Mexico"),
        ("London", "P131", "Scotland"),
        ("Paris", "P131", "Berlin"),
        ("Nairobi", "P30", "Asia"),
    ],
)
def test_what_contradicts_what_is_known_of_a_place(subject, predicate, object_):
    assert contradicts(subject, predicate, object_)


@pytest.mark.parametrize(
    ("subject", "predicate", "object_"),
    [
        ("Paris", "P17", "France"),
        ("Paris", "P131", "Texas"),
        ("Paris", "P17", "United States"),
        ("Lagos", "P17", "Portugal"),
        ("Nigeria", "P36", "Lagos"),
        ("Bangor", "P17", "Germany"),
        ("San Juan", "P17", "Germany"),
        ("Tyrena", "P17", "Germany"),
        ("Paris", "P131", "Tyrena"),
        ("Georgia", "P17", "United States"),
        ("Atlanta", "P131", "Georgia"),
        ("Tbilisi", "P17", "Georgia"),
        ("Buffalo", "P131", "New York"),
        ("Manchester", "P131", "London"),
        ("Victoria", "P17", "Canada"),
        ("Nairobi", "P30", "Africa"),
        ("Paris", "P6", "Germany"),
    ],
)
def test_what_may_be_so_is_not_ruled_out(subject, predicate, object_):
    assert not contradicts(subject, predicate, object_)


@pytest.mark.parametrize(
    ("place", "state"),
    [("Donetsk", "Russia"), ("Jerusalem", "Palestine"), ("Taiwan", "China"), ("Gaza", "Israel"), ("San Juan", "Spain")],
)
def test_of_disputed_places_either_answer_passes(place, state):
    assert not contradicts(place, "P17", state)


def test_such_relations_are_not_said():
    ontology = load_ontology(settings().ontology)
    mentions = [
        TextMention("body", Span(0, 1), name, type_, name, 1.0)
        for name, type_ in (("Paris", "location"), ("Germany", "location"), ("France", "location"), ("Paris", "person"))
    ]
    given = [TextRelation(0, i, "P17", "body", Span(0, 9), 0.9) for i in (1, 2)]
    given.append(TextRelation(3, 1, "P27", "body", Span(0, 9), 0.9))
    assert [(r.subject, r.object) for r in consistent(given, mentions, ontology)] == [(0, 2), (3, 1)]


def chosen(*names, text=""):
    places = [NamedSpan("body", at := max(0, text.find(name)), at + len(name), name) for name in names]
    return meant(names, places, {"body": text}).get(names[0], names[0])


@pytest.mark.parametrize(
    ("names", "full"),
    [
        (("Bangor", "Maine"), "Bangor, Maine"),
        (("Bangor", "Cardiff", "Wales"), "Bangor, Wales"),
        (("Bangor", "Belfast"), "Bangor, Northern Ireland"),
        (("Albany", "Atlanta"), "Albany, Georgia"),
        (("Albany", "Buffalo"), "Albany, New York"),
        (("Birmingham", "Alabama"), "Birmingham, Alabama"),
        (("Cambridge", "Boston"), "Cambridge, Massachusetts"),
        (("Cambridge", "London"), "Cambridge, England"),
        (("Tripoli", "Beirut"), "Tripoli, Lebanon"),
        (("Hyderabad", "Pakistan"), "Hyderabad, Pakistan"),
        (("Georgia", "Atlanta"), "Georgia, United States"),
        (("Georgia", "Texas", "Russia"), "Georgia, United States"),
    ],
)
def test_the_place_that_fits_the_others_is_meant(names, full):
    assert chosen(*names) == full


@pytest.mark.parametrize(
    "names",
    [
        ("Bangor",),
        ("Bangor", "United Kingdom"),
        ("Bangor", "Maine", "Wales"),
        ("Albany", "Germany"),
        ("Birmingham", "Leeds"),
        ("Birmingham", "Leeds", "Alabama"),
        ("Paris", "Texas"),
        ("Tripoli", "Libya", "Lebanon"),
        ("Hyderabad", "India", "Pakistan"),
        ("Georgia", "Tbilisi"),
        ("Georgia", "United States"),
        ("Georgia", "Georgian", "Texas"),
        ("Portland", "Oregon", "Maine"),
    ],
)
def test_the_bare_name_stays_for_the_best_known_place_and_where_nobody_can_tell(names):
    assert chosen(*names) == names[0]


def test_the_text_may_call_it_a_state():
    assert chosen("Georgia", text="voters in the state of Georgia") == "Georgia, United States"
    assert chosen("Georgia", text="said Georgia Gov. Ann Lee") == "Georgia, United States"
    assert chosen("Georgia", text="said Georgia state television") == "Georgia"


def test_the_name_in_an_article_says_which_place_is_meant():
    body = "A fire in Bangor closed the road to Cardiff on Monday, and schools across Wales."
    raw = [
        RawMention("body", Span(at := body.index(name), at + len(name)), body, "location", 0.9)
        for name in ("Bangor", "Cardiff", "Wales")
    ]
    assert [mention.name for mention in name_mentions(raw)] == ["Bangor, Wales", "Cardiff", "Wales"]


def test_a_region_right_after_the_name_counts_most():
    body = "The fair in Albany, Ga., drew visitors from Buffalo and New York."
    raw = [
        RawMention("body", Span(at := body.index(name), at + len(name)), body, "location", 0.9)
        for name in ("Albany", "Ga", "Buffalo", "New York")
    ]
    assert name_mentions(raw)[0].name == "Albany, Georgia"


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("Washington Gov. Ada Lie spoke.", "Washington state"),
        ("the governor of Washington spoke in Texas.", "Washington state"),
        ("Washington spoke to Moscow.", "Washington"),
    ],
)
def test_washington_is_the_city_unless_it_is_called_a_state(text, full):
    assert chosen("Washington", text=text) == full
