import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.text.names.canonical import LONGEST_NAME, canonical_name, vote_types
from inference.text.names.countries import ALIASES, DEMONYMS
from inference.text.names.short_names import abbreviations, full_names, spells, without_title
from inference.text.types import Span
from inference.text_extraction.mentions import RawMention, name_mentions


@pytest.mark.parametrize(
    "text,name",
    [
        ("the Netherlands'", "Netherlands"),
        ("Russia’s", "Russia"),  # noqa: RUF001
        ("THE WHITE HOUSE", "White House"),
        ("U.S.", "United States"),
        ("the UK's", "United Kingdom"),
        ("Türkiye", "Turkey"),
        ("U.S. Army", "US Army"),
        ("U.K.-based", "UK-based"),
        ("Apple Inc.", "Apple Inc"),
        ("“The Times”", "Times"),
        ("The Hague", "The Hague"),
        ("NATO", "NATO"),
        ("J. K. Rowling", "J. K. Rowling"),
        ("St. Louis,", "St. Louis"),
        ("(Reuters)", "Reuters"),
        ("Bank (bank)", "Bank (bank)"),
        ("Bank)", "Bank"),
        ("New\n  York", "New York"),
        ("\ufb01n", "fin"),
        ("Cote\u0301", "Coté"),
        ("Côte d’Ivoire", "Ivory Coast"),  # noqa: RUF001
        ("a\u200bb\x00", "ab"),
        ("$5 million", "$5 million"),
        ("2024–25", "2024-25"),  # noqa: RUF001
        ("the", "the"),
        ("…", ""),
        ("", ""),
    ],
)
def test_canonical_names(text, name):
    assert canonical_name(text) == name


@settings(max_examples=1000)
@given(st.one_of(st.text(), st.text("theTHE'’s.US,\"()[]\ufb01 \n-ABCDEß")))  # noqa: RUF001
def test_a_canonical_name_is_its_own(text):
    name = canonical_name(text)
    assert canonical_name(name) == name
    assert name == " ".join(name.split())


def test_countries():
    assert DEMONYMS["South Korean"] == "South Korea"
    assert not ALIASES.keys() & DEMONYMS.keys()
    countries = {*ALIASES.values(), *DEMONYMS.values()}
    # A name that stands for a country is found by its canonical spelling, and is no other country's name.
    assert all(canonical_name(name) == name for name in countries)
    assert all(canonical_name(alias) == name for alias, name in ALIASES.items())
    assert all(canonical_name(word) == word for word in DEMONYMS)
    assert not countries & {*ALIASES, *DEMONYMS}


def test_an_article_gives_a_name_one_type():
    names = ["Amazon", "Amazon", "Amazon", "Brazil"]
    assert vote_types(names, ["location", "organization", "organization", "location"], [0.9, 0.5, 0.5, 0.1]) == {
        "Amazon": "organization",
        "Brazil": "location",
    }
    # A tie is decided the same way in whatever order the votes come.
    for types in (["product", "organization"], ["organization", "product"]):
        assert vote_types(["X", "X"], types, [0.5, 0.5]) == {"X": "organization"}


def test_a_surname_stands_for_the_only_full_name():
    assert full_names(["Joe Biden", "Biden", "Trump"]) == {"Biden": "Joe Biden"}
    assert full_names(["Joe Biden", "Hunter Biden", "Biden"]) == {}
    assert full_names(["Donald Trump Jr", "Trump"]) == {}
    assert full_names(["Recep Tayyip Erdoğan", "Tayyip Erdoğan", "Recep Erdoğan", "Erdoğan"]) == dict.fromkeys(
        ["Tayyip Erdoğan", "Recep Erdoğan", "Erdoğan"], "Recep Tayyip Erdoğan"
    )


@pytest.mark.parametrize(
    "name,bare",
    [
        ("Prime Minister Takaichi", "Takaichi"),
        ("Japanese Prime Minister Sanae Takaichi", "Sanae Takaichi"),
        ("former U.S. President Barack Obama", "Barack Obama"),
        ("Pope Leo XIV", "Pope Leo XIV"),
        ("King Charles III", "Charles III"),
        ("Queen Elizabeth II", "Elizabeth II"),
        ("King Charles", "King Charles"),
        ("Martin Luther King IV", "Martin Luther King IV"),
        ("Sheikh Hasina", "Sheikh Hasina"),
        ("Justice", "Justice"),
    ],
)
def test_people_are_named_without_their_titles(name, bare):
    assert without_title(name) == bare


def test_abbreviations():
    names = {"Rapid Support Forces": "organization", "RSF": "misc", "WHO": "organization", "Omar Bashir": "person"}
    assert abbreviations(names, []) == {"RSF": "Rapid Support Forces"}
    assert abbreviations({"Rapid Support Forces": "organization"}, [("Rapid Support Forces", "RSF")]) == {
        "RSF": "Rapid Support Forces"
    }
    # Two names of the same letters leave the abbreviation alone.
    assert abbreviations(names | {"Reporters sans frontières": "organization"}, []) == {}
    assert not spells("Federal Bureau of Investigation", "FDI")


def mention(text, surface, type_, score=0.9):
    start = text.index(surface)
    return RawMention("body", Span(start, start + len(surface)), text, type_, score)


def test_mentions_are_named_within_their_article():
    text = "Joe Biden met Putin in Georgia. Biden's aides left Georgia. " + "x" * 300 + " …"
    raw = [
        mention(text, "Joe Biden", "person"),
        mention(text, "Biden's", "person"),
        mention(text, "Georgia", "location"),
        mention(text, "Georgia", "organization", 0.3),
        mention(text, "x" * (LONGEST_NAME + 1), "misc"),
        mention(text, "…", "misc"),
    ]
    named = name_mentions(raw)
    assert [(m.name, m.type, m.text) if m else None for m in named] == [
        ("Joe Biden", "person", "Joe Biden"),
        ("Joe Biden", "person", "Biden's"),
        ("Georgia", "location", "Georgia"),
        ("Georgia", "location", "Georgia"),
        None,
        None,
    ]


@pytest.mark.parametrize(
    "text,surface,name",
    [
        ("It stars Mikey Madison.", "It", None),
        ("Rain. It stars Mikey Madison.", "It", None),
        ("Critics called “It” a classic.", "It", "It"),
        ("The band U2 and WHO officials met.", "WHO", "WHO"),
        ("The US did.", "US", "United States"),
        ("Then he left.", "he", None),
    ],
)
def test_a_pronoun_names_nothing_outside_quotation_marks(text, surface, name):
    (named,) = name_mentions([mention(text, surface, "work")])
    assert (named and named.name) == name


def test_a_place_is_nobodys_surname():
    text = "Jack London loved London."
    raw = [mention(text, "Jack London", "person"), RawMention("body", Span(18, 24), text, "location", 0.9)]
    assert [(m.name, m.type) for m in name_mentions(raw)] == [("Jack London", "person"), ("London", "location")]


def test_a_work_keeps_its_article():
    text = "The Brutalist won. Stars of 'the Brutalist' left The White House."
    raw = [
        mention(text, "The Brutalist", "work"),
        mention(text, "the Brutalist", "work"),
        mention(text, "The White House", "organization"),
    ]
    assert [m.name for m in name_mentions(raw)] == ["The Brutalist", "The Brutalist", "White House"]


def located(text, *parts):
    raw, at = [], 0
    for surface, type_ in parts:
        at = text.index(surface, at)
        raw.append(RawMention("body", Span(at, at + len(surface)), text, type_, 0.9))
        at += len(surface)
    return [(m.name, m.type, m.spelling) for m in name_mentions(raw)]


def test_an_institution_is_its_country_s():
    text = "Brazil's Supreme Court overruled the Senate of the Philippines. The Supreme Court sat. It was in Peru."
    assert located(
        text,
        ("Brazil", "location"),
        ("Supreme Court", "organization"),
        ("Senate", "organization"),
        ("Philippines", "location"),
        ("Supreme Court", "organization"),
        ("Peru", "location"),
    ) == [
        ("Brazil", "location", "Brazil"),
        ("Supreme Court of Brazil", "organization", "Supreme Court"),
        ("Senate of the Philippines", "organization", "Senate"),
        ("Philippines", "location", "Philippines"),
        # No country in its sentence, and three in the article: nobody can say.
        ("Supreme Court", "organization", "Supreme Court"),
        ("Peru", "location", "Peru"),
    ]


def test_namesakes_are_distinguished_by_their_region():
    text = "A fire in Springfield, Illinois. Kyiv, Ukraine, was calm. London, Ontario, too. Springfield mourns."
    found = located(
        text,
        ("Springfield", "location"),
        ("Illinois", "location"),
        ("Kyiv", "location"),
        ("Ukraine", "location"),
        ("London", "location"),
        ("Ontario", "location"),
        ("Springfield", "location"),
    )
    assert [name for name, _, _ in found] == [
        "Springfield, Illinois",
        "Illinois",
        "Kyiv",
        "Ukraine",
        "London, Ontario",
        "Ontario",
        "Springfield, Illinois",
    ]


def test_an_abbreviation_is_what_the_article_says_it_is():
    text = "The Rapid Support Forces (RSF) advanced. RSF fighters fled, and M23 rebels too."
    found = located(
        text,
        ("Rapid Support Forces", "organization"),
        ("RSF", "misc"),
        ("RSF fighters", "misc"),
        ("M23 rebels", "organization"),
    )
    assert found == [
        ("Rapid Support Forces", "organization", "Rapid Support Forces"),
        ("Rapid Support Forces", "organization", "RSF"),
        ("Rapid Support Forces", "organization", "RSF"),
        ("M23", "organization", "M23"),
    ]


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Dr Ada Poe", "Ada Poe"),
        ("Sgt. Ole Dahl", "Ole Dahl"),
        ("Lt. Gen. Sir Ole Dahl", "Ole Dahl"),
        ("Labour MP Ada Poe", "Ada Poe"),
        ("New Democratic Sen. Ada Poe", "Ada Poe"),
        ("Rt Hon Ada Poe KC", "Ada Poe"),
        ("Ada Poe, PhD", "Ada Poe"),
        ("Rt Hon", ""),
        ("Dr", ""),
        ("Sergeant", "Sergeant"),
        ("King Olav", "King Olav"),
        ("Ada MD", "Ada MD"),
    ],
)
def test_a_name_is_bare_of_titles_and_honours(name, bare):
    assert without_title(name) == bare


@pytest.mark.parametrize(
    ("text", "surface", "type_", "name"),
    [
        ("The chain Poe's named Ada Dahl its chief executive.", "Poe's", "organization", "Poe's"),
        ("The auction house Poe’s, based in Moss, shut.", "Poe’s", "organization", "Poe's"),  # noqa: RUF001
        ("It belongs to Poe's.", "Poe's", "organization", "Poe's"),
        ("Poe's shares fell.", "Poe's", "organization", "Poe"),
        ("Sotheby's former boss left.", "Sotheby's", "organization", "Sotheby's"),
        ("Ada Poe's in Moss.", "Ada Poe's", "person", "Ada Poe"),
        ("Norway's was the best.", "Norway's", "location", "Norway"),
        ("St. John's is a port.", "St. John's", "location", "St. John's"),
    ],
)
def test_an_apostrophe_of_its_own_stays(text, surface, type_, name):
    start = text.index(surface)
    (mention,) = name_mentions([RawMention("body", Span(start, start + len(surface)), text, type_, 0.9)])
    assert mention.name == name
    assert mention.text == surface


def test_what_one_mention_shows_holds_for_the_article():
    text = "Poe's opened a mill. Poe's rival left. Poe is a lake."
    spans = [Span(0, 5), Span(21, 26), Span(39, 42)]
    mentions = name_mentions([RawMention("body", span, text, "organization", 0.9) for span in spans])
    assert [mention.name for mention in mentions] == ["Poe's", "Poe's", "Poe"]


def test_a_particle_is_large_at_the_beginning_of_a_sentence():
    assert full_names(["Ida von der Moss", "Von der Moss", "von der Moss"]) == {
        "Von der Moss": "Ida von der Moss",
        "von der Moss": "Ida von der Moss",
    }


def test_a_surname_means_who_was_introduced_before_it():
    text = "Ada Orr runs it. Mr Orr left. Ole Orr came. Orr won."
    spans = {"Ada Orr": 0, "Mr Orr": 17, "Ole Orr": 30, "Orr": 44}
    raw = [RawMention("body", Span(at, at + len(name)), text, "person", 0.9) for name, at in spans.items()]
    assert [mention.name for mention in name_mentions(raw)] == ["Ada Orr", "Ada Orr", "Ole Orr", "Orr"]
