"""Who is meant within an article: legal forms, nicknames, initials, father and son."""

import time

import pytest

from inference.text.names.companies import full_companies, without_legal_form
from inference.text.names.people import parse_person, same_people, with_generation, with_initials
from inference.text.names.short_names import full_names, named_so_far
from inference.text.types import Span
from inference.text_extraction.mentions import RawMention, name_mentions


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Voss Motoren GmbH", "Voss Motoren"),
        ("Voss Motoren GmbH & Co. KG", "Voss Motoren"),
        ("Lindgren Stål AB", "Lindgren Stål"),
        ("Nordal Oyj", "Nordal"),
        ("Aerodyn SE", "Aerodyn"),
        ("Minera S.A.", "Minera"),
        ("Minera S.A. de C.V.", "Minera S.A. de C.V."),
        ("Kanto K.K.", "Kanto"),
        ("Harrow Pty Ltd", "Harrow"),
        ("Sundar Private Limited", "Sundar"),
        ("Hanil Electronics Co., Ltd.", "Hanil Electronics"),
        ("Tiffany & Co.", "Tiffany"),
        ("Dansk Vind A/S", "Dansk Vind"),
        ("Acme Inc.", "Acme"),
    ],
)
def test_a_legal_form_is_no_part_of_the_name(name, bare):
    assert without_legal_form(name) == bare


@pytest.mark.parametrize(
    "name", ["Company", "Inc.", "AB", "Kim Il Se", "Marks & Spencer", "Health Spa", "The Scoop", "So Sad", "", "A & B"]
)
def test_a_name_is_not_cut(name):
    assert without_legal_form(name) == name


def test_the_bare_name_takes_the_only_full_one_of_the_article():
    assert full_companies(["Voss", "Voss GmbH", "Nordal", "Minera AB"]) == {"Voss": "Voss GmbH"}
    assert full_companies(["Voss", "Voss GmbH", "Voss AG"]) == {}


@pytest.mark.parametrize(
    ("people", "found"),
    [
        (['Robert "Bob" Castell', "Bob Castell"], {"Bob Castell": 'Robert "Bob" Castell'}),
        (['Robert "Bob" Castell', "Robert Castell"], {"Robert Castell": 'Robert "Bob" Castell'}),
        (["Robert Castell", "Bob Castell"], {"Bob Castell": "Robert Castell"}),
        (["Robert T. Castell", "Bob Castell"], {"Bob Castell": "Robert T. Castell"}),
        (["Robert Castell", "Roberta Castell", "Bob Castell"], {"Bob Castell": "Robert Castell"}),
        (["Robert A. Castell", "Robert B. Castell", "Bob Castell"], {}),
        (["JK Rowling", "J. K. Rowling"], {"JK Rowling": "J. K. Rowling"}),
        (["Robert Hale", "R. T. Hale"], {"R. T. Hale": "Robert Hale"}),
        (["Robert Hale", "Rachel Hale", "R. Hale"], {}),
        (["Robert Hale", "T. Hale"], {}),
        (["William Hale", "Bob Hale"], {}),
        (["Paula Hale", "Lina Hale"], {}),
        (["Amelia Hale", "Emily Hale"], {}),
        (["Robert Castell Jr", "Bob Castell"], {}),
    ],
)
def test_nicknames_and_initials(people, found):
    assert same_people(people) == found


def test_a_surname_takes_the_name_that_nickname_and_initials_stand_for():
    assert full_names(["Robert Castell", "Bob Castell", "Castell"]) == dict.fromkeys(
        ["Bob Castell", "Castell"], "Robert Castell"
    )
    assert full_names(["J. K. Rowling", "JK Rowling", "Rowling"]) == dict.fromkeys(
        ["JK Rowling", "Rowling"], "J. K. Rowling"
    )


def test_father_and_son_are_two():
    assert full_names(["John Ashford", "John Ashford Jr", "Ashford"]) == {"Ashford": "John Ashford"}
    assert full_names(["John Ashford Sr", "John Ashford Jr", "Ashford", "John Ashford"]) == {"Ashford": "John Ashford"}
    assert full_names(["John Q. Ashford Jr", "John Ashford Jr"]) == {"John Ashford Jr": "John Q. Ashford Jr"}


@pytest.mark.parametrize(
    ("name", "after", "full"),
    [
        ("John Ashford", ", Jr., said", "John Ashford Jr"),
        ("John Ashford", " Sr. said", "John Ashford Sr"),
        ("John Ashford, Jr", " said", "John Ashford Jr"),
        ("John Ashford Junior", " said", "John Ashford Jr"),
        ("Ashford", " Jr. said", "Ashford"),
        ("John Ashford", " Srinagar", "John Ashford"),
    ],
)
def test_what_tells_generations_apart_belongs_to_the_name(name, after, full):
    assert with_generation(name, name + after, len(name)) == full


@pytest.mark.parametrize(
    ("before", "name", "full"),
    [
        ("officer is R. T. ", "Hale", "R. T. Hale"),
        ("officer is R.T. ", "Hale", "R.T. Hale"),
        ("R. ", "Hale", "R. Hale"),
        ("the U.S. Mr. ", "Hale", "Hale"),
        ("in 1921. ", "Hale", "Hale"),
        ("R. ", "Tom Hale", "Tom Hale"),
    ],
)
def test_initials_right_before_belong_to_the_name(before, name, full):
    assert with_initials(name, before + name, len(before)) == full


def test_a_shared_surname_means_the_first_person_until_the_second_is_named():
    read = ["Haleford", "Sherwin Haleford", "Haleford", "", "Haleford", "Myles Haleford", "Haleford"]
    assert named_so_far(read) == ["", "", "Sherwin Haleford", "", "Sherwin Haleford", "", ""]


def test_an_article_tells_a_shared_surname_by_its_place():
    body = "Sherwin Haleford paints. Mr. Haleford was born in Hull. Myles Haleford sings. Haleford is ill."
    raw, at = [], 0
    for text in ("Sherwin Haleford", "Haleford", "Myles Haleford", "Haleford"):
        at = body.index(text, at)
        raw.append(RawMention("body", Span(at, at + len(text)), body, "person", 0.9))
        at += len(text)
    names = [mention.name for mention in name_mentions(raw)]
    assert names == ["Sherwin Haleford", "Sherwin Haleford", "Myles Haleford", "Haleford"]


def test_parts_of_a_name():
    assert parse_person('Robert "Bob" Castell Jr').nickname == "Bob"
    assert parse_person("Charles III").generation == ""
    assert parse_person("J.R.R. Tolkien").initials == "jrr"


def test_an_article_keeps_father_and_son_apart_and_joins_a_company():
    body = "John Ashford Sr. founded Voss Motoren GmbH. John Ashford Jr. runs Voss Motoren."
    found = ("John Ashford", "Voss Motoren GmbH"), ("John Ashford", "Voss Motoren")
    raw, at = [], 0
    for person, company in found:
        for text, type_ in ((person, "person"), (company, "organization")):
            at = body.index(text, at)
            raw.append(RawMention("body", Span(at, at + len(text)), body, type_, 0.9))
            at += len(text)
    assert [mention.name for mention in name_mentions(raw)] == [
        "John Ashford Sr",
        "Voss Motoren GmbH",
        "John Ashford Jr",
        "Voss Motoren GmbH",
    ]


def test_many_namesakes_cost_no_more_than_their_number():
    people = [
        f"{first} {chr(97 + i % 26)}{i} Castell" for first in ("Bob", "Robert", 'Robert "Bob"') for i in range(6000)
    ]
    begun = time.process_time()
    assert same_people(people) == {}
    assert time.process_time() - begun < 5
