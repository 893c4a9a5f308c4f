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
