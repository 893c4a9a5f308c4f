"""From the model's triggers and roles to an article's happenings."""

from datetime import date

import pytest

from inference.text.language.sentences import split_sentences
from inference.text.types import Span, TextDocument, TextMention
from inference.text_extraction.fields import SplitField
from inference.text_extraction.happenings import ReportedHappening, happenings_of
from inference.text_extraction.results import WindowHappening
from inference.text_extraction.windows import make_windows
from topology.ontology import load_ontology
from topology.settings import settings

ONTOLOGY = load_ontology(settings().ontology)
TEXT = "Hamas bombed Oslo on Monday, killing at least 26 and injuring 30 people, Norway said. Quito mourned."
MENTIONS = (
    ("Hamas", "organization"),
    ("Oslo", "location"),
    ("Monday", "date"),
    ("at least 26", "quantity"),
    ("30 people", "quantity"),
    ("Norway", "organization"),
)
WHO, WHERE, WHEN, KILLED, INJURED, SPEAKER = range(6)


@pytest.fixture
def read(tokenizer):
    def read(roles, *, kind="attack", trigger="bombed", text=TEXT, places=range(6), ontology=ONTOLOGY, named=MENTIONS):
        mentions = [
            TextMention("body", Span(text.index(name), text.index(name) + len(name)), name, kind, name, 0.9, name)
            for name, kind in named
            if name in text
        ]
        (words,) = tokenizer.words([text])
        sentences = split_sentences(text)
        (window,) = make_windows(words, sentences)
        first = words.starts.index(text.index(trigger))
        happening = WindowHappening(first, first + len(trigger.split()), kind, "asserted", 0.9, 0.8, list(roles))
        reported = [
            ReportedHappening(SplitField("body", text, sentences, [window]), window, range(len(places)), happening)
        ]
        document = TextDocument("a", "", text, published_at=date(2026, 3, 4))
        return happenings_of(reported, list(places), mentions, document, ontology)

    return read


def test_a_happening_has_its_trigger_sentence_and_speaker(read):
    (found,) = read([("who", WHO, 0.9)])
    assert (found.kind, found.modality, found.score) == ("attack", "asserted", 0.72)
    assert (found.trigger.text, found.trigger.type, found.trigger.name) == ("bombed", "happening", "bombed")
    assert TEXT[found.sentence.start : found.sentence.end].startswith("Hamas bombed")
    assert found.attributed_to == SPEAKER
    (who,) = found.roles
    assert (who.role, who.mention, who.score, who.value) == ("who", WHO, 0.9, None)
    assert who.sentence == found.sentence


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ada Lie was seen with Per Moe. He died in Oslo.", False),
        ("Ada Lie was seen there. She died in Oslo.", True),
        ("Ada Lie was seen with Per Moe. Doctors say Ada Lie died.", True),
        ("Per Moe paints. Ada Lie died in Oslo.", True),
        ("Ada Lie was seen there. Her husband died in Oslo.", False),
        ("Ada Lie was seen there. Her husband said that she died.", True),
        ("Ada Lie's husband died in Oslo.", True),
    ],
)
def test_who_may_be_another_than_the_one_named_before_is_left_out(read, text, kept):
    people = [("Ada Lie", "person"), ("Per Moe", "person")]
    (found,) = read([("who", 0, 0.9)], kind="death", trigger="died", text=text, places=range(2), named=people)
    assert bool(found.roles) is kept


def test_dates_and_numbers_are_what_they_mean(read):
    (found,) = read([("when", WHEN, 0.9), ("killed", KILLED, 0.9), ("injured", INJURED, 0.9)])
    values = {role.role: role.value for role in found.roles}
    assert (values["when"].value, values["when"].datatype) == ("2026-03-02", "xsd:date")
    assert (values["killed"].value, values["killed"].qualifier, values["killed"].unit) == ("26", "at least", "people")
    assert (values["injured"].value, values["injured"].unit) == ("30", "people")
    for role, index in (("killed", KILLED), ("injured", INJURED)):
        assert TEXT[values[role].start : values[role].end] in MENTIONS[index][0]


def test_what_is_no_clear_number_has_no_value(read):
    text = "Hamas bombed Oslo, killing dozens."
    mentions = read([("who", WHO, 0.9)], text=text)
    assert mentions[0].roles[0].value is None


@pytest.mark.parametrize(("words", "count"), [("on", 1), ("since", 0), ("since the", 0), ("Since late", 0), ("in", 1)])
def test_it_did_not_happen_on_the_day_since_which_something_is_so(read, words, count):
    text = f"Hamas bombed Oslo, the first attack {words} Monday."
    (found,) = read([("when", WHEN, 0.9)], text=text)
    assert len(found.roles) == count


def test_each_entity_plays_a_part_once_where_it_is_likeliest(read):
    (found,) = read([("who", WHO, 0.4), ("who", WHO, 0.7), ("whom", WHO, 0.2)])
    assert [(role.role, role.score) for role in found.roles] == [("who", 0.7), ("whom", 0.2)]


def test_who_does_it_is_not_quoted_about_it(read):
    (found,) = read([("who", SPEAKER, 0.9)])
    assert found.attributed_to is None


def test_a_role_without_a_name_or_of_a_type_that_the_class_does_not_take_is_left_out(read):
    places = [None, *range(1, 6)]
    (found,) = read([("who", WHO, 0.9), ("killed", WHERE, 0.9), ("where", WHERE, 0.9)], places=places)
    assert [role.role for role in found.roles] == ["where"]


def test_a_class_that_the_ontology_lacks_is_not_extracted(read):
    kept = tuple(h for h in ONTOLOGY.happenings if h.id != "attack")
    fewer = type(ONTOLOGY)(entity_types=ONTOLOGY.entity_types, relations=ONTOLOGY.relations, happenings=kept)
    assert read([("who", WHO, 0.9)], ontology=fewer) == ()
    assert read([], kind="eclipse") == ()


def test_without_happenings_there_is_nothing_to_do():
    assert happenings_of([], [], [], TextDocument("a", "", ""), ONTOLOGY) == ()
