"""An office knows whose it is."""

from inference.text.types import Span, TextDocument, TextMention, TextRelation
from inference.text_extraction.offices import owned, with_institutions
from streams.news.entity_mentions import entities_of


def mention(name, type_):
    return TextMention("body", Span(0, 1), name, type_, name, 0.9, name)


def read(*scores, predicate="P1001", owners=("German", "France")):
    mentions = [mention("foreign minister", "office"), *(mention(name, "misc") for name in owners)]
    relations = [
        TextRelation(0, place, predicate, "body", Span(0, 1), score) for place, score in enumerate(scores, start=1)
    ]
    return owned(mentions, relations)


def test_the_surest_owner_is_told_by_its_country():
    (office, german, _), facts = read(0.9, 0.6)
    assert (office.office_of, german.office_of) == ("Germany", "")
    assert facts == ()
    assert read(0.6, 0.9)[0][0].office_of == "France"


def test_an_unsure_or_another_relation_tells_no_owner():
    assert read(0.4, 0.3)[0][0].office_of == ""
    mentions, facts = read(0.9, predicate="P17")
    assert (mentions[0].office_of, len(facts)) == ("", 1)


def test_the_offices_of_two_countries_are_two_entities_of_one_name():
    one, other, nobodys = (entities_of(read(*scores)[0])[0] for scores in ((0.9, 0.1), (0.1, 0.9), ()))
    assert one.name == other.name == nobodys.name == "foreign minister"
    assert len({one.id, other.id, nobodys.id}) == 3
    assert (one.office_of, other.office_of, nobodys.office_of) == ("Germany", "France", None)


def named(text, institution, title="director"):
    spans = [(text.index(name), name, kind) for name, kind in ((institution, "organization"), (title, "office"))]
    mentions = [TextMention("body", Span(at, at + len(name)), name, kind, name, 0.9, name) for at, name, kind in spans]
    return with_institutions(mentions, TextDocument("a", "", text))[1].name


def test_an_institution_right_before_an_office_is_part_of_its_name():
    assert named("FBI director Ann Roe left.", "FBI") == "FBI director"
    assert named("The FBI's director left.", "FBI") == "FBI director"
    assert named("The Philippine Senate director left.", "Philippine Senate") == "Senate director"
    assert named("Of the FBI, the director left.", "FBI") == "director"


def test_an_institution_in_the_name_is_told_once():
    office = mention("FBI director", "office")
    mentions, _ = owned(
        [office, mention("FBI", "organization")], [TextRelation(0, 1, "P1001", "body", Span(0, 1), 0.9)]
    )
    assert mentions[0].office_of == ""


def owner(text, title, *places):
    mentions = [
        TextMention("body", Span(text.index(name), text.index(name) + len(name)), name, kind, name, 0.9, name)
        for name, kind in ((title, "office"), *((place, "location") for place in places))
    ]
    return owned(mentions, (), TextDocument("a", "", text))[0][0].office_of


def test_an_office_that_the_model_relates_to_nobody_is_that_of_the_place_beside_it():
    assert owner("The Iranian president spoke.", "president", "Iranian") == "Iran"
    assert owner("Bangor's mayor spoke.", "mayor", "Bangor") == "Bangor"
    assert owner("The Peruvian envoy met the Iranian president.", "president", "Peruvian", "Iranian") == "Iran"


def test_an_office_that_every_country_has_is_that_of_the_country_that_the_article_is_about():
    assert owner("In Peru people vote on Sunday, and the president is glad.", "president", "Peru") == "Peru"
    assert owner("In Peru people vote on Sunday, and the envoy is glad.", "envoy", "Peru") == ""


def test_what_the_model_says_counts_more_than_what_stands_beside_it():
    text = "The French foreign minister of Chad"
    mentions = [
        TextMention("body", Span(11, 27), "foreign minister", "office", "foreign minister", 0.9, "foreign minister"),
        TextMention("body", Span(4, 10), "French", "misc", "French", 0.9, "French"),
        TextMention("body", Span(31, 35), "Chad", "location", "Chad", 0.9, "Chad"),
    ]
    relation = TextRelation(0, 2, "P1001", "body", Span(0, 35), 0.9)
    assert owned(mentions, [relation], TextDocument("a", "", text))[0][0].office_of == "Chad"
