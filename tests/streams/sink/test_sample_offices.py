"""The offices that the sample feed leaves current, audited sentence by sentence.

Somebody read all offices that the shipped model finds in `topology/demo/sample-feed.jsonl`. `NEVER` lists those that
the feed itself shows to be false or over, each with the sentence that says so, whatever model reads the feed. `HELD`
lists offices that a sentence states outright; a model need not find each of them, but most.
"""

import asyncio
import json
from collections import defaultdict
from functools import cache

import pytest

from inference.evaluation.local_client import local_extractor, version_folder
from streams.messages.events import Article
from streams.news.articles import text_of
from streams.news.reading import read
from streams.news.thresholds import Thresholds
from streams.sink.conversion import triple_row
from streams.sink.judging.fusion import CURRENT, Vote, verdicts
from streams.sink.judging.new_votes import proof_of
from tests.streams.sink.sample import NOON, ONTOLOGY, RELATIONS
from topology.demo.feed import SAMPLE
from topology.settings import REPOSITORY, settings

pytestmark = pytest.mark.timeout(300)

OFFICES = ("P6", "P35", "P169", "P488")

NEVER = {
    "Apple | chief executive officer | Steve Jobs": "Steve Jobs resigned as chief executive of Apple",
    "South Africa | head of state | Nelson Mandela": "Nelson Mandela, the first black president …, died",
    "General Motors | chief executive officer | Dan Akerson": "Mary Barra became …, succeeding Dan Akerson",
    "Amazon | chief executive officer | Jeff Bezos": "Andy Jassy became chief executive …. He succeeded Jeff Bezos",
    "Starbucks | chief executive officer | Laxman Narasimhan": "He … replaced Laxman Narasimhan.",
    "Intel | chief executive officer | Bob Swan": "He replaced Bob Swan, who had led the chipmaker for two years.",
    "Intel | chief executive officer | Pat Gelsinger": "Intel named Lip-Bu Tan as its new chief executive officer",
    "Twitter | chief executive officer | Parag Agrawal": "He dismissed Parag Agrawal, the chief executive …",
    "Microsoft | chief executive officer | John Thompson": "Bill Gates … stepped down as chairman, …",
    "Microsoft | chief executive officer | Bobby Kotick": "Bobby Kotick was the chief … of Activision Blizzard.",
    "Croatia | head of state | Zoran Milanović": "… and Zoran Milanović its prime minister.",
    "Astana | head of government | Nursultan Nazarbayev": "… after the former president Nursultan Nazarbayev.",
    "Italy | head of state | Mario Draghi": "She succeeded Mario Draghi, a former president of the … Bank",
    "United Kingdom | head of government | Tony Blair": "Keir Starmer became prime minister of the United Kingdom",
    "United Kingdom | head of government | Liz Truss": "Rishi Sunak became …, after Liz Truss had resigned.",
    "United Kingdom | head of government | Rishi Sunak": "Keir Starmer became prime minister of the United Kingdom",
    "United States | head of state | Barack Obama": "Joe Biden becomes president of the United States",
}

CONFUSED = {
    "Lucasfilm | chief executive officer | Bob Iger": "Bob Iger is the chief executive of Disney",
    "Brothers of Italy | chairperson | Sergio Mattarella": "Meloni … leads the party Brothers of Italy.",
    "NATO | chairperson | Pekka Haavisto": "Pekka Haavisto, the foreign minister of Finland, handed …",
    "Switzerland | head of government | Sergio Ermotti": "Sergio Ermotti is the chief executive of UBS",
    "United Kingdom | head of state | Elizabeth": "Her eldest son Charles became king of the United Kingdom",
}
"""What no sentence says in any modality: only another model can know better. Those that pass belong to `NEVER`."""

HELD = {
    "General Motors | chief executive officer | Mary Barra",
    "Microsoft | chief executive officer | Satya Nadella",
    "Facebook | chief executive officer | Mark Zuckerberg",
    "France | head of state | Emmanuel Macron",
    "New Zealand | head of government | Jacinda Ardern",
    "Alphabet | chief executive officer | Sundar Pichai",
    "IBM | chief executive officer | Arvind Krishna",
    "United States | head of state | Joe Biden",
    "Amazon | chief executive officer | Andy Jassy",
    "Germany | head of government | Olaf Scholz",
    "Germany | head of state | Frank-Walter Steinmeier",
    "Indonesia | head of state | Joko Widodo",
    "Boeing | chief executive officer | David Calhoun",
    "Kazakhstan | head of state | Kassym-Jomart Tokayev",
    "Italy | head of government | Giorgia Meloni",
    "Italy | head of state | Sergio Mattarella",
    "Finland | head of state | Sauli Niinistö",
    "UBS | chief executive officer | Sergio Ermotti",
    "Sweden | head of government | Ulf Kristersson",
    "United Kingdom | head of government | Keir Starmer",
    "Starbucks | chief executive officer | Brian Niccol",
    "Intel | chief executive officer | Lip-Bu Tan",
}


@cache
def current() -> frozenset[str]:
    """Returns the offices that hold after the whole feed, judged as the sink judges them."""
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    articles = [article for article in map(Article.model_validate, map(json.loads, lines)) if article.op == "upsert"]
    extractor = local_extractor(version_folder(REPOSITORY / "triton_models"))
    found = asyncio.run(extractor.extract([text for article in articles if (text := text_of(article))]))
    groups: dict[tuple[str, str], dict[tuple[str, str, bool], Vote]] = defaultdict(dict)
    names: dict[str, str] = {}
    facts: dict[str, str] = {}
    for article, extraction in zip(articles, found, strict=True):
        for triple in read(article, extraction, ONTOLOGY, NOON, Thresholds.of(settings())).triples:
            if triple.predicate.id not in OFFICES:
                continue
            row = triple_row(triple, RELATIONS)
            names[row.object.id] = triple.object.name
            if row.claim and row.claim.modality != "denied":
                continue
            facts[row.fact] = f"{triple.subject.name} | {triple.predicate.name} | {triple.object.name}"
            vote = proof_of(row).vote()._replace(value=row.object.id, fact=row.fact, denied=row.claim is not None)
            place = (row.fact, triple.evidence.document, vote.past)
            group = groups[row.subject.id, triple.predicate.id]
            group[place] = max(vote, group.get(place, vote), key=lambda one: one.weight)
    holds = set()
    for votes in groups.values():
        judged = verdicts(votes.values(), lasting=False, names=names)
        for vote in votes.values():
            if not vote.denied and (vote.fact not in judged or judged[vote.fact].standing == CURRENT):
                holds.add(facts[vote.fact])
    return frozenset(holds)


@pytest.mark.parametrize("office", NEVER)
def test_no_office_is_current_that_the_feed_shows_to_be_over(office: str) -> None:
    assert office not in current(), NEVER[office]


@pytest.mark.parametrize("office", CONFUSED)
def test_no_office_is_current_that_no_sentence_states(office: str) -> None:
    if office in current():
        pytest.xfail(CONFUSED[office])


def test_most_offices_that_a_sentence_states_are_current() -> None:
    assert len(HELD & current()) >= len(HELD) - 4, HELD - current()


def test_an_article_at_half_confidence_ends_no_term() -> None:
    assert "Microsoft | chief executive officer | Satya Nadella" in current()
