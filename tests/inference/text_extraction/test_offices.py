"""An office knows whose it is."""

from inference.text.types import Span, TextMention, TextRelation
from inference.text_extraction.offices import with_owners
from streams.news.entity_mentions import entities_of


def mention(name, type_):
    return TextMention("body", Span(0, 1), name, type_, name, 0.9, name)


def owned(*scores, predicate="P1001", owners=("German", "France")):
    mentions = [mention("foreign minister", "office"), *(mention(name, "misc") for name in owners)]
    relations = [
        TextRelation(0, place, predicate, "body", Span(0, 1), score) for place, score in enumerate(scores, start=1)
    ]
    return with_owners(mentions, relations)


def test_the_surest_owner_is_told_by_its_country():
    office, german, _ = owned(0.9, 0.6)
    assert (office.office_of, german.office_of) == ("Germany", "")
    assert owned(0.6, 0.9)[0].office_of == "France"


def test_an_unsure_or_another_relation_tells_no_owner():
    assert owned(0.4, 0.3)[0].office_of == ""
    assert owned(0.9, predicate="P17")[0].office_of == ""


def test_the_offices_of_two_countries_are_two_entities_of_one_name():
    one, other, nobodys = (entities_of(owned(*scores))[0] for scores in ((0.9, 0.1), (0.1, 0.9), ()))
    assert one.name == other.name == nobodys.name == "foreign minister"
    assert len({one.id, other.id, nobodys.id}) == 3
    assert (one.office_of, other.office_of, nobodys.office_of) == ("Germany", "France", None)
