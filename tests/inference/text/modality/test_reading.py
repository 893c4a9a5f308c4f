"""What a sentence says about a fact's standing, read off the words around its two names."""

from datetime import date

import pytest

from inference.text.modality.change import announces_change
from inference.text.modality.chinese import modality_of
from inference.text.modality.reading import Reading, is_apposed, read_modality
from inference.text.modality.speakers import Candidate, speaker_of
from inference.text.types import Span

MARCH = date(2026, 3, 2)
APPLE = "Steve Jobs resigned as chief executive of Apple on August 24, 2011, and Tim Cook was named as his successor."
INTEL = (
    "Pat Gelsinger became chief executive officer of Intel on February 15, 2021. He replaced Bob Swan, who had led the "
    "chipmaker for two years."
)
AMAZON = (
    "Andy Jassy became chief executive of Amazon on July 5, 2021. He succeeded Jeff Bezos, the founder of the company, "
    "who became executive chairman."
)
STARBUCKS = (
    "He had been the chief executive of Chipotle Mexican Grill and replaced Laxman Narasimhan. Starbucks has its "
    "headquarters in Seattle, Washington."
)
FRANCE = "Emmanuel Macron was elected president of France on May 7, 2017, beating Marine Le Pen of the National Front."

DENIED = [
    ("Ana Roede is not a member of the Green Alliance, whatever her opponents say.", "Ana Roede", "Green Alliance"),
    (
        "There is no link between Delfin Holdings and Arco Mining, and Delfin Holdings owns no shares of Arco Mining.",
        "Arco Mining",
        "Delfin Holdings",
    ),
    ("Businesswoman Rita Solano denied that she owns the newspaper El Faro.", "El Faro", "Rita Solano"),
    ("Parliament rejected the nomination of Hanna Weiss as prime minister of Velmark.", "Velmark", "Hanna Weiss"),
    ("The video falsely claims that the singer Lio Grant was born in Nairobi.", "Lio Grant", "Nairobi"),
    ("Ann Lee never worked for Acme.", "Ann Lee", "Acme"),
    ("The sale of Beta to Acme fell through.", "Beta", "Acme"),
    ("Acme has denied that it owns Beta.", "Beta", "Acme"),
    ("Ann Lee does not own Acme.", "Acme", "Ann Lee"),
    ("A blog wrongly says that the singer Ann Lee was born in York.", "Ann Lee", "York"),
    ("A site mistakenly reported that Ann Lee owns Acme.", "Acme", "Ann Lee"),
    ("It is not true that Acme is owned by Beta.", "Acme", "Beta"),
    ("The post is a hoax that Ann Lee married Tom Ray.", "Ann Lee", "Tom Ray"),
    ("Ann Lee dismissed rumours that she is married to Tom Ray.", "Ann Lee", "Tom Ray"),
    ("It is untrue that Acme bought Beta.", "Beta", "Acme"),
    ("Judges struck down the appointment of Ann Lee as governor of Ardonia.", "Ardonia", "Ann Lee"),
    ("A court annulled the election of Ann Lee as mayor of Ardonia.", "Ardonia", "Ann Lee"),
    ("An advertisement untruthfully calls the surgeon Ann Lee the founder of Acme.", "Acme", "Ann Lee"),
    ("The caption, which names Ann Lee as the mayor of Ardonia, is wrong.", "Ardonia", "Ann Lee"),
    ("A post that says Ann Lee owns Acme has been debunked.", "Acme", "Ann Lee"),
    ("Acme did not hire Prof. Ann Lee.", "Acme", "Ann Lee"),
    ("Ann Lee did not on Sept. 3 join Acme.", "Acme", "Ann Lee"),
    ("A motion to make Ann Lee chairman of Acme was thrown out by its members.", "Acme", "Ann Lee"),
    ("The striker Ann Lee dismissed as untrue a report that she is married to Tom Ray.", "Ann Lee", "Tom Ray"),
    ("Tom Ray belongs to Acme. His sister, Ann Lee, is not a member of it.", "Acme", "Ann Lee"),
]
POSSIBLE = [
    ("Torvex is considering Ivo Brandt for chief executive officer but has not decided.", "Torvex", "Ivo Brandt"),
    ("Alma Bergen, who reportedly may marry Jon Falkner, would not comment.", "Alma Bergen", "Jon Falkner"),
    ("Is Rana Aziz the next CEO of Medora?", "Medora", "Rana Aziz"),
    ("In the film Grey Tide, Leo Parkin plays the president of Ardonia.", "Ardonia", "Leo Parkin"),
    ("Ann Lee could become chief executive of Acme.", "Acme", "Ann Lee"),
    ("If elected, Ann Lee would be president of Ardonia.", "Ardonia", "Ann Lee"),
    ("Ann Lee, tipped as chief executive of Acme, declined to comment.", "Acme", "Ann Lee"),
    ("Ann Lee hopes to become president of Ardonia.", "Ardonia", "Ann Lee"),
    ("Ann Lee wants to marry Tom Lee.", "Ann Lee", "Tom Lee"),
    ("Ann Lee is said to be in talks to join Acme.", "Ann Lee", "Acme"),
    ("Ann Lee is said to have bought Acme.", "Acme", "Ann Lee"),
    ("Acme reportedly owns Beta.", "Beta", "Acme"),
    ("Rumour has it that Ann Lee married Tom Ray.", "Ann Lee", "Tom Ray"),
    ("It may be that Acme bought Beta.", "Beta", "Acme"),
    ("Viewers know Ann Lee as the mayor of Ardonia, a part she has had since May.", "Ardonia", "Ann Lee"),
    ("As the chief of Acme in the television series Rain, the actress Ann Lee shines.", "Acme", "Ann Lee"),
    ("Ann Lee stars in it as the chief of Acme, a firm with a leak.", "Acme", "Ann Lee"),
    ("A post shared 40,000 times says the physicist Ann Lee studied at Acme.", "Ann Lee", "Acme"),
    ("The widely forwarded message, a rumour claims Ann Lee owns Acme.", "Acme", "Ann Lee"),
]
PAST = [
    ("No longer owned by Beta, the baker Acme grows.", "Acme", "Beta"),
    ("Once headquartered in York, the baker Acme grows.", "Acme", "York"),
    ("Gone are the days when Acme had its seat in York.", "Acme", "York"),
    ("Acme, based in York until last spring, has moved.", "Acme", "York"),
    ("Since May the seat of Acme has been in York; before that it was in Leeds.", "Acme", "Leeds"),
    ("Former Orbital chief executive officer Jane Rowan joined Stellar as chairwoman.", "Orbital", "Jane Rowan"),
    ("Jane Rowan is no longer chief executive officer of Orbital.", "Orbital", "Jane Rowan"),
    ("Karl Noordam, president of Ardonia from 1962 to 1970, died on Monday in Basel.", "Ardonia", "Karl Noordam"),
    ("Deltora moved its headquarters from York to Bristol in 2024.", "Deltora", "York"),
    (
        "Steve Jobs resigned as chief executive of Apple on August 24, 2011, and Tim Cook was named as his successor.",
        "Apple",
        "Steve Jobs",
    ),
    ("Tim Cook takes over from Steve Jobs at Apple", "Apple", "Steve Jobs"),
    (
        "Mary Barra became chief executive officer of General Motors on January 15, 2014, succeeding Dan Akerson.",
        "General Motors",
        "Dan Akerson",
    ),
    (
        "Nelson Mandela, the first black president of South Africa, died in Johannesburg on December 5, 2013.",
        "South Africa",
        "Nelson Mandela",
    ),
    ("He dismissed Parag Agrawal, the chief executive of Twitter, on the same day.", "Twitter", "Parag Agrawal"),
    (
        INTEL,
        "Intel",
        "Bob Swan",
    ),
    (
        AMAZON,
        "Amazon",
        "Jeff Bezos",
    ),
    (
        STARBUCKS,
        "Starbucks",
        "Laxman Narasimhan",
    ),
    ("Ann Lee, chief executive of Acme until 2019, spoke.", "Acme", "Ann Lee"),
    ("Ann Lee stepped down as chief executive of Acme.", "Acme", "Ann Lee"),
    ("Ann Lee was dismissed as chief executive of Acme.", "Acme", "Ann Lee"),
    ("The late Ann Lee led Acme.", "Acme", "Ann Lee"),
    ("Ann Lee, the late chairman of Acme, spoke.", "Acme", "Ann Lee"),
    ("Ann Lee's ex-husband, Tom Lee, is in Rome.", "Ann Lee", "Tom Lee"),
    ("Ann Lee and Tom Lee divorced in 2020.", "Ann Lee", "Tom Lee"),
    ("Ann Lee left Acme in 2019.", "Ann Lee", "Acme"),
    ("Ann Lee, who used to play for Rovers, now plays for United.", "Ann Lee", "Rovers"),
    ("Acme chief executive Ann Lee resigned on Monday.", "Acme", "Ann Lee"),
    ("Acme's then-chief John Smith spoke.", "Acme", "John Smith"),
    ("Acme moved its head office to Bath from York.", "Acme", "York"),
    ("Acme has shifted its seat from York.", "Acme", "York"),
    ("Acme was based in York for decades.", "Acme", "York"),
    ("Acme, which was then owned by Beta, shut.", "Acme", "Beta"),
    ("John Smith, a former head of Acme, spoke.", "Acme", "John Smith"),
    ("Ivo Josipović was the president of Croatia and Zoran Milanović its prime minister.", "Croatia", "Ivo Josipović"),
    ("Bobby Kotick was the chief executive of Activision Blizzard.", "Activision Blizzard", "Bobby Kotick"),
]
ASSERTED = [
    ("In a post on Friday, the minister said Acme owns Beta.", "Beta", "Acme"),
    ("Salt and Rust, both on the shortlist, were written by Ann Lee.", "Rust", "Ann Lee"),
    ("Former Orbital chief executive officer Jane Rowan joined Stellar as chairwoman.", "Stellar", "Jane Rowan"),
    ("Deltora moved its headquarters from York to Bristol in 2024.", "Deltora", "Bristol"),
    (
        "Steve Jobs resigned as chief executive of Apple on August 24, 2011, and Tim Cook was named as his successor.",
        "Apple",
        "Tim Cook",
    ),
    ("Tim Cook takes over from Steve Jobs at Apple", "Apple", "Tim Cook"),
    (
        "Mary Barra became chief executive officer of General Motors on January 15, 2014, succeeding Dan Akerson.",
        "General Motors",
        "Mary Barra",
    ),
    (
        "Rishi Sunak became prime minister of the United Kingdom on October 25, 2022, after Liz Truss had resigned.",
        "United Kingdom",
        "Rishi Sunak",
    ),
    ("Ann Lee is not only the chief executive of Acme but its founder.", "Acme", "Ann Lee"),
    ("May Lee is chief executive of Acme.", "Acme", "May Lee"),
    ("In May Ann Lee became chief executive of Acme.", "Acme", "Ann Lee"),
    ("Will Lee is chief executive of Acme.", "Acme", "Will Lee"),
    ("By the will of her father, Ann Lee owns Acme.", "Acme", "Ann Lee"),
    ("Ann Lee, the outgoing chief executive of Acme, spoke.", "Acme", "Ann Lee"),
    ("Ann Lee, chief executive of Acme until 2030, spoke.", "Acme", "Ann Lee"),
    ("Ann Lee will step down as chief executive of Acme in June.", "Acme", "Ann Lee"),
    ("Ann Lee left Acme to join Beta.", "Ann Lee", "Beta"),
    ("Ann Lee, who used to play for Rovers, now plays for United.", "Ann Lee", "United"),
    ("Ann Lee, chief executive of Acme, did not comment.", "Acme", "Ann Lee"),
    ("Ann Lee, the chief executive of Acme, may resign.", "Acme", "Ann Lee"),
    ("Acme chief executive Ann Lee will visit Rome.", "Acme", "Ann Lee"),
    ("Ann Lee will succeed John Smith at Acme.", "Acme", "John Smith"),
    ("John Smith, who succeeded Ann Lee, runs Acme.", "Acme", "John Smith"),
    ("John Smith met former colleagues at Acme.", "Acme", "John Smith"),
    ("The former actor met John Smith, the head of Acme.", "Acme", "John Smith"),
    (
        FRANCE,
        "France",
        "Emmanuel Macron",
    ),
    (
        "Barack Obama was sworn in as the 44th president of the United States in Washington on January 20, 2009.",
        "United States",
        "Barack Obama",
    ),
    ("Salva Kiir was sworn in as the first president of South Sudan.", "South Sudan", "Salva Kiir"),
    ("Joko Widodo, the president of Indonesia, had proposed the move in 2019.", "Indonesia", "Joko Widodo"),
    ("Acme appointed Ann Lee chief executive on Monday.", "Acme", "Ann Lee"),
    ("Beta agreed to buy Acme, which is owned by Ann Lee.", "Acme", "Ann Lee"),
    ("Tom Ray denied that he met Ann Lee, who owns Acme.", "Acme", "Ann Lee"),
    ("Acme moved its head office to Bath from York.", "Acme", "Bath"),
    ("A site correctly reported that Ann Lee owns Acme.", "Acme", "Ann Lee"),
    ("Ann Lee is the chairman of Acme, a role she has held since 2010.", "Acme", "Ann Lee"),
    ("Acme has its headquarters in Canary Wharf, a part of London.", "Acme", "Canary Wharf"),
    ("The board once again named Ann Lee chief executive of Acme.", "Acme", "Ann Lee"),
    ("Tom once told reporters that Ann Lee owns Acme.", "Acme", "Ann Lee"),
    ("The previously announced purchase of Beta by Acme was cleared.", "Beta", "Acme"),
    ("The paper wrongly identified Ann Lee, the mayor of York, as the driver.", "York", "Ann Lee"),
    ("The report says Acme chief executive Ann Lee was wrong to ignore the warnings.", "Acme", "Ann Lee"),
    ("A report says that Ann Lee, the head of Acme, was wrong to ignore it.", "Acme", "Ann Lee"),
    ("Ann Lee, known for a part in the series Rain, is married to the actress Una Moe.", "Ann Lee", "Una Moe"),
    ("Tom did not comment. Ann Lee owns Acme.", "Acme", "Ann Lee"),
]
PLANNED = [
    ("Ann Lee will become chief executive of Acme on January 1.", "Acme", "Ann Lee"),
    ("Ann Lee is chief executive of Acme from January 1, the company said.", "Acme", "Ann Lee"),
    ("Acme named Ann Lee chief executive, effective April 1, 2026.", "Acme", "Ann Lee"),
    ("Acme agreed to buy Beta for $2 billion.", "Beta", "Acme"),
    ("Acme agreed to sell Beta to Gamma.", "Beta", "Gamma"),
    ("President-elect Ann Lee of Ardonia spoke.", "Ardonia", "Ann Lee"),
    ("Ardonia's prime minister-designate, Ann Lee, spoke.", "Ardonia", "Ann Lee"),
    ("Ann Lee has been nominated as chief executive of Acme.", "Acme", "Ann Lee"),
    ("Acme and Beta plan to merge.", "Acme", "Beta"),
    ("Ann Lee will succeed John Smith at Acme.", "Acme", "Ann Lee"),
]


def spans(sentence: str, subject: str, object_: str) -> tuple[Span, Span]:
    begin, other = sentence.index(subject), sentence.rindex(object_)
    return Span(begin, begin + len(subject)), Span(other, other + len(object_))


def read(sentence: str, subject: str, object_: str, published: date | None = MARCH, **options: bool) -> Reading:
    return read_modality(sentence, *spans(sentence, subject, object_), published, **options)


@pytest.mark.parametrize(("sentence", "subject", "object_"), ASSERTED)
def test_what_no_cue_of_the_link_marks_is_asserted(sentence: str, subject: str, object_: str) -> None:
    assert read(sentence, subject, object_).modality == "asserted"


@pytest.mark.parametrize(("sentence", "subject", "object_"), PAST)
def test_what_was_held_formerly_is_past(sentence: str, subject: str, object_: str) -> None:
    assert read(sentence, subject, object_).modality == "past"


@pytest.mark.parametrize(("sentence", "subject", "object_"), PLANNED)
def test_what_is_to_come_is_planned(sentence: str, subject: str, object_: str) -> None:
    assert read(sentence, subject, object_).modality == "planned"


@pytest.mark.parametrize(("sentence", "subject", "object_"), POSSIBLE)
def test_what_may_be_is_possible(sentence: str, subject: str, object_: str) -> None:
    assert read(sentence, subject, object_).modality == "possible"


@pytest.mark.parametrize(("sentence", "subject", "object_"), DENIED)
def test_what_is_denied_or_rejected_is_denied(sentence: str, subject: str, object_: str) -> None:
    assert read(sentence, subject, object_).modality == "denied"


@pytest.mark.parametrize(
    ("sentence", "apposed"),
    [
        ("Ann Lee, the chief executive of Acme, may leave.", True),
        ("Ann Lee, the alleged leader of Acme, was held.", False),
        ("Ann Lee, the former chief executive of Acme, left.", False),
        ("Ann Lee, a candidate for the head of Acme, left.", False),
    ],
)
def test_who_somebody_is_said_to_be_in_passing(sentence: str, *, apposed: bool) -> None:
    assert is_apposed(sentence, *spans(sentence, "Acme", "Ann Lee")) is apposed


def test_a_relation_that_cannot_end_is_never_past() -> None:
    sentence = "The late Ann Lee was born in Leeds."
    assert read(sentence, "Ann Lee", "Leeds").modality == "past"
    assert read(sentence, "Ann Lee", "Leeds", can_end=False).modality == "asserted"


@pytest.mark.parametrize(
    ("sentence", "since", "until"),
    [
        ("Ann Lee, president of Ardonia from 1962 to 1970, died.", "1962", "1970"),
        ("Ann Lee, president of Ardonia (1962\u20131970), died.", "1962", "1970"),
        ("Ann Lee, president of Ardonia until 2019, spoke.", "", "2019"),
        ("Ann Lee becomes president of Ardonia from 2027.", "2027", ""),
        ("Ann Lee takes over as president of Ardonia, effective April 1, 2026.", "2026-04-01", ""),
        ("Ann Lee has been president of Ardonia since 2019.", "2019", ""),
        ("Ann Lee is president of Ardonia from January 1.", "2027-01-01", ""),
        ("Ann Lee is president of Ardonia.", "", ""),
    ],
)
def test_terms_are_read_as_dates(sentence: str, since: str, until: str) -> None:
    found = read(sentence, "Ardonia", "Ann Lee")
    assert (found.since, found.until) == (since, until)


def test_names_that_overlap_are_asserted() -> None:
    assert read_modality("Former Acme", Span(0, 11), Span(7, 11)) == Reading()


def test_hostile_text_is_read_in_time() -> None:
    sentence = "Acme " + "former and , who was the had " * 3000 + "Ann Lee"
    for _ in range(20):
        read(sentence, "Acme", "Ann Lee")


def speaker(sentence: str, *names: str, ends: tuple[str, ...] = ("Acme", "Ann Lee")) -> str | None:
    mentions = [
        Candidate(n, Span(sentence.index(name), sentence.index(name) + len(name)), "person", name)
        for n, name in enumerate(names)
    ]
    found = speaker_of(sentence, Span(0, len(sentence)), mentions, frozenset(ends))
    return None if found is None else names[found]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Tom Reed said that Ann Lee leads Acme.", "Tom Reed"),
        ("Ann Lee leads Acme, said Tom Reed.", "Tom Reed"),
        ("Ann Lee leads Acme, said the analyst Tom Reed.", "Tom Reed"),
        ("According to Tom Reed, Ann Lee leads Acme.", "Tom Reed"),
        ("Tom Reed, an analyst, told reporters that Ann Lee leads Acme.", "Tom Reed"),
        ("Tom Reed met Ann Lee of Acme.", None),
        ("Tom Reed said no to Ann Lee of Acme.", None),
    ],
)
def test_who_is_quoted_is_the_speaker(sentence: str, expected: str | None) -> None:
    assert speaker(sentence, "Tom Reed", "Ann Lee") == expected


def test_an_end_of_the_fact_speaks_only_where_it_denies_it() -> None:
    assert speaker("Ann Lee said that she leads Acme.", "Ann Lee", "Acme") is None
    assert speaker("Ann Lee denied that she leads Acme.", "Ann Lee", "Acme") == "Ann Lee"


@pytest.mark.parametrize(
    ("sentence", "change"),
    [
        ("Acme named Ann Lee its chief executive on Monday.", True),
        ("Ann Lee was sworn in as president of Acme.", True),
        ("Ann Lee became chief executive of Acme, succeeding Tom Reed.", True),
        ("Ann Lee, the new chief executive of Acme, spoke.", True),
        ("Ann Lee, the chief executive of Acme, spoke.", False),
        ("Acme chief executive Ann Lee visited Rome.", False),
        ("Tom Reed succeeded Ann Lee at Acme.", False),
    ],
)
def test_a_change_of_holders_is_told_from_a_mention_of_one(sentence: str, change: bool) -> None:
    assert announces_change(sentence, *spans(sentence, "Acme", "Ann Lee")) == change


@pytest.mark.parametrize(
    ("sentence", "modality"),
    [
        ("华远集团否认收购明达科技公司。", "denied"),
        ("华远集团拟收购明达科技公司。", "planned"),
        ("华远集团可能收购明达科技公司。", "possible"),
        ("华远集团宣布收购明达科技公司。", "asserted"),
    ],
)
def test_chinese_denials_and_plans(sentence: str, modality: str) -> None:
    assert modality_of(sentence, *spans(sentence, "明达科技公司", "华远集团")) == modality


@pytest.mark.parametrize("verb", ["plays", "stars as", "portrayed", "appeared in the role of"])
def test_who_plays_a_king_is_no_king_but_plays_him(verb: str) -> None:
    sentence = f"Ann Lee {verb} the king of Ardonia in the film Red Salt."
    assert read_modality(sentence, *spans(sentence, "Ardonia", "Ann Lee")).modality == "possible"
    assert read_modality(sentence, *spans(sentence, "Red Salt", "Ann Lee"), of_fiction=True).modality == "asserted"
    doubted = sentence.replace(verb, f"may have {verb}")
    assert read_modality(doubted, *spans(doubted, "Red Salt", "Ann Lee"), of_fiction=True).modality == "possible"
