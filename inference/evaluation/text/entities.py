"""Which entity a mention refers to, measured on current events: is the same page the same entity, and vice versa?

Two mentions that link to the same page should be the same entity after the registry has seen the whole stream, and two
that link to different pages should not. B-cubed precision and recall (Bagga and Baldwin, 1998) say how far that holds.
The titles are the measure; nothing that resolves names has seen them.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from inference.evaluation.local_client import local_extractor, version_folder
from inference.evaluation.report import Aim, Context, Report, Table
from inference.text.types import Field, Span, TextDocument, TextExtraction, TextMention
from inference.text_extraction.mentions import RawMention, name_mentions
from inference.text_extraction.roles import with_roles
from streams.entities.fold import fold
from streams.entities.gazetteer import shipped
from streams.entities.memory import EntityName, Memory, name_of
from streams.entities.namings import named_in
from streams.entities.registry import MentionedName, Registry
from streams.news.entity_mentions import mentioned
from topology.settings import settings

HELD_OUT = 0.1
"""Share of the stream, at its end, that was not used when the rules were made."""

QUICK = 400
BATCH = 256
_VALUES = {"date", "quantity"}

ABOUT = """\
Two mentions link to the same page if and only if they are the same entity, as B-cubed precision, recall and F1.
Counted are links that begin with a capital letter, since the others are common nouns (airstrike). Their types are the
model's where it marked the place, else `misc`."""

ON_TITLES = """\
The titles are as editors wrote them, redirects included: some mentions of the president of the United States link to
“U.S. president”, others to “President of the United States”, which counts as two pages. The last table says what
remains without such pairs, as far as our own folding of spellings finds them."""

ON_ADJECTIVES = """\
“Israeli” before “airstrikes” links to the country or to its armed forces as the editor liked; we take the country. A
national team's name links to the team, where the text only says “Spain”; we take the country."""


@dataclass(frozen=True, slots=True)
class Link:
    """A gold mention: characters of a body, and the page that they link to."""

    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Story:
    """An article with its links."""

    document: TextDocument
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A gold mention as it was resolved: what it says, its page, its article's number, and its entities."""

    text: str
    title: str
    story: int
    alone: Hashable
    entity: Hashable


def stories(path: Path, limit: int | None = None) -> list[Story]:
    """Reads the articles with those links that begin with a capital, as names do; lines of `current-events.jsonl`."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            links, at = [], 0
            for link in item["links"]:
                start = item["body"].find(link["text"], at)
                start = start if start >= 0 else item["body"].find(link["text"])
                if start >= 0:
                    at = start + len(link["text"])
                    links.append(Link(start, at, link["title"]))
            document = TextDocument(item["id"], item["headline"], item["body"])
            found.append(Story(document, tuple(link for link in links if item["body"][link.start].isupper())))
            if limit and len(found) >= limit:
                break
    return found


def b_cubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """Returns B-cubed precision, recall and F1 of a clustering, given the cluster of each item in both."""
    ours, theirs, both = Counter(found), Counter(gold), Counter(zip(gold, found, strict=True))
    precision = sum(n * n / ours[cluster] for (_, cluster), n in both.items()) / max(1, len(gold))
    recall = sum(n * n / theirs[cluster] for (cluster, _), n in both.items()) / max(1, len(gold))
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def on_links(story: Story, extraction: TextExtraction) -> tuple[list[TextMention], list[tuple[int, Link]]]:
    """Returns the links as if the model had marked just them, with its other mentions.

    Returns:
        The mentions, and for each link the index of its mention.
    """
    text = story.document.body
    used = set[int]()
    raw: list[tuple[RawMention, Link | None]] = []
    offices: dict[Link, TextMention] = {}
    for link in story.links:
        best, type_, score = 0, "misc", 0.3
        for i, mention in enumerate(extraction.mentions):
            shared = min(link.end, mention.span.end) - max(link.start, mention.span.start)
            if mention.field == "body" and shared > 0:
                used.add(i)
                if shared > best and mention.type not in _VALUES:
                    best, type_, score = shared, mention.type, mention.score
                    offices |= {link: mention} if mention.type == "office" else {}
        raw.append((RawMention("body", Span(link.start, link.end), text, type_, score), link))
    for i, mention in enumerate(extraction.mentions):
        if i not in used:
            field: Field = mention.field
            raw.append((RawMention(field, mention.span, story.document.text(field), mention.type, mention.score), None))
    raw.sort(key=lambda pair: (pair[0].field, pair[0].span.start, pair[0].span.end))
    named = name_mentions([mention for mention, _ in raw])
    mentions: list[TextMention] = []
    linked = []
    for name, (_, source) in zip(named, raw, strict=True):
        if name is not None:
            if source is not None:
                linked.append((len(mentions), source))
            # "U.S. president" is the office "president" of the United States.
            office = offices.get(source) if source and name.type == "office" else None
            mentions.append(replace(name, name=office.name, office_of=office.office_of) if office else name)
    return list(with_roles(mentions, story.document)), linked


def end_to_end(story: Story, extraction: TextExtraction) -> tuple[list[TextMention], list[tuple[int, Link]]]:
    """Takes the model's own mentions; a link is one of them if they share most of their characters."""
    linked = []
    for link in story.links:
        for i, mention in enumerate(extraction.mentions):
            shared = min(link.end, mention.span.end) - max(link.start, mention.span.start)
            longer = max(link.end - link.start, mention.span.end - mention.span.start)
            if mention.field == "body" and 2 * shared > longer and mention.type not in _VALUES:
                linked.append((i, link))
                break
    return list(extraction.mentions), linked


def resolve(found: Sequence[tuple[Story, list[TextMention], list[tuple[int, Link]]]]) -> tuple[list[Resolved], float]:
    """Shows the registry the whole stream, then asks it about every link.

    Returns:
        The links as resolved, and the registry's processor seconds.
    """
    registry, seconds = Registry(Memory(shipped())), 0.0
    links: list[tuple[Link, str, int, EntityName]] = []
    batch: list[tuple[str, list[MentionedName]]] = []
    for number, (story, mentions, linked) in enumerate(found):
        entities, counted = mentioned(mentions)
        batch.append((story.document.id, named_in(counted)))
        for i, link in linked:
            if entity := entities[i]:
                links.append((link, story.document.body[link.start : link.end], number, name_of(entity)))
        if len(batch) == BATCH or number == len(found) - 1:
            begun = time.process_time()
            registry.learn(batch)
            seconds += time.process_time() - begun
            batch = []
    return [
        Resolved(text, link.title, at, name.id, registry.canonical(name).id) for link, text, at, name in links
    ], seconds


def evaluate(context: Context) -> Report:
    """Measures names alone, names within their article, and names in the whole stream."""
    read = stories(context.need("feeds", "current-events.jsonl"), QUICK if context.quick else None)
    extractor = local_extractor(version_folder(settings().models))
    context.log(f"reading {len(read)} articles with the model")
    extractions = asyncio.run(extractor.extract([story.document for story in read]))
    pairs = list(zip(read, extractions, strict=True))
    return report(
        *resolve([(story, *on_links(story, extraction)) for story, extraction in pairs]),
        resolve([(story, *end_to_end(story, extraction)) for story, extraction in pairs])[0],
        len(read),
    )


def report(gold: list[Resolved], seconds: float, own: list[Resolved], articles: int) -> Report:
    """Makes the tables."""
    columns = ("mentions are one entity if …", "precision", "recall", "F1", "mentions")
    late = int(articles * (1 - HELD_OUT))
    parts = {
        "Gold mentions, the whole stream": gold,
        "Gold mentions, the last tenth": [one for one in gold if one.story >= late],
        "The model's own mentions, the whole stream": own,
        "The model's own mentions, the last tenth": [one for one in own if one.story >= late],
        "Gold mentions, titles that differ in spelling alone taken for one page": [
            replace(one, title=fold(one.title)) for one in gold
        ],
    }
    whole = b_cubed([one.title for one in gold], [one.entity for one in gold])
    return Report(
        title="Entities: which entity a mention refers to",
        about=ABOUT,
        sources=(
            "feeds/current-events.jsonl: all articles in order of time; rules were made on the first nine tenths",
        ),
        tables=[Table(title, columns, _rows(part)) for title, part in parts.items()],
        aims=[
            Aim("B-cubed F1, gold mentions, the whole stream", whole[2], 0.93),
            Aim("processor seconds of the registry for 1000 articles", seconds / articles * 1000, 0.5, at_most=True),
        ],
        notes=[ON_TITLES, ON_ADJECTIVES],
    )


def _rows(part: Sequence[Resolved]) -> list[tuple[str | int | float | None, ...]]:
    gold = [one.title for one in part]
    ways: dict[str, list[Hashable]] = {
        "their text is the same, in lower case": [one.text.lower() for one in part],
        "their article names them alike": [one.alone for one in part],
        "the registry says so": [one.entity for one in part],
    }
    return [(way, *b_cubed(gold, found), len(part)) for way, found in ways.items()]
