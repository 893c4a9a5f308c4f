"""What many names cost the registry: twice as many cost about twice as much, whatever they have in common."""

import time

import pytest

from streams.entities.fold import LONGEST, fold
from streams.entities.memory import EntityName, keys
from streams.entities.registry import MentionedName, Registry
from streams.messages.events import Entity


def name(text, type_="person"):
    return EntityName(Entity.of(text, type_).id, text, type_)


def spelled(number):
    """Returns one of many spellings of the same name."""
    letters = "abcdefghijklmnop"
    return " ".join(c.upper() if number >> i & 1 else c for i, c in enumerate(letters))


KINDS = {
    "spellings of one name": lambda i: name(spelled(i), "misc"),
    "spellings of one person": lambda i: name(spelled(i)),
    "people of one surname": lambda i: name(f"Ann{i} Smith"),
    "people of one first and last name": lambda i: name(f"Ann B{i} Smith"),
    "first and last names of one surname": lambda i: name(f"A{i} Smith" if i % 2 else f"A{i - 1} B Smith"),
    "bodies with the same initials": lambda i: name(f"Alpha Beta C{i}", "organization"),
    "places of one name": lambda i: name(f"Springfield, Region{i}", "location"),
    "names that grow": lambda i: name(f"A{i}" + "\ufdfa " * 300),
    "names without letters": lambda i: name("!" * (i % 1000 + 1) + chr(0x1F300 + i % 500), "misc"),
}


def seconds(kind, count):
    names = [MentionedName(KINDS[kind](i)) for i in range(count)]
    short = [MentionedName(name(text)) for text in ("Smith", "Ann Smith")]
    short += [MentionedName(name("ABC", "organization")), MentionedName(name("Springfield", "location"))]
    began = time.thread_time()
    Registry().learn([("d", [*names, *short])])
    return time.thread_time() - began


@pytest.mark.parametrize("kind", KINDS)
def test_twice_the_names_cost_at_most_three_times_as_much(kind):
    seconds(kind, 100)
    once, twice = seconds(kind, 2000), seconds(kind, 4000)
    assert twice <= 3 * once + 1  # with the square many seconds


def test_a_long_name_is_remembered_in_few_characters():
    registry = Registry()
    long = name("A" + "\ufdfa " * 500)
    registry.learn([("d", [MentionedName(long)])])
    assert len(fold(long.name)) <= LONGEST
    assert sum(map(len, keys(registry.memory.known[long.id]))) <= 5 * LONGEST
