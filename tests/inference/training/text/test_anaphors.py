"""Which names "he", "the company" and the like are read as: only where the text leaves no choice."""

import re

import pytest

pytest.importorskip("torch")

from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.sources.passages import Judged, Mark, Passage, types
from tests.inference.training.text.tiny import MODEL, ONTOLOGY

pytestmark = pytest.mark.training

KINDS = {"P": "person", "O": "organization", "L": "location", "W": "work", "M": "misc"}


@pytest.fixture(scope="module")
def maker():
    return ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), ONTOLOGY)


def read(maker, marked):
    """Returns name → its anaphors of a text in which [P:…] marks a person and so on."""
    text, marks, at = "", [], 0
    for match in re.finditer(r"\[([POLWM]):([^\]]+)\]", marked):
        text += marked[at : match.start()]
        marks.append(Mark(len(text), len(text) + len(match[2]), types((KINDS[match[1]],))))
        text += match[2]
        at = match.end()
    text += marked[at:]
    entities: dict[str, tuple[int, ...]] = {}
    for index, mark in enumerate(marks):
        name = text[mark.start : mark.end]
        entities[name] = (*entities.get(name, ()), index)
    passage = Passage(
        "t",
        "1",
        text,
        tuple(marks),
        types(KINDS.values()),
        entities=tuple(entities.values()),
        judged=(Judged(-1, -1, None),),
    )
    (example,) = maker.examples([passage])
    return {
        text[slice(*example.window.span(*node.mentions[0]))]: [
            text[slice(*example.window.span(*a))] for a in node.anaphors
        ]
        for node in example.nodes
        if node.anaphors
    }


@pytest.mark.parametrize(
    "text,found",
    [
        ("[O:Nokia] named [P:Ann Lee]. She studied in [L:Oslo].", {"Ann Lee": ["She"]}),
        ("[O:Nokia] hired. The company from [L:Espoo] grew.", {"Nokia": ["The company"]}),
        ("[O:Nokia] hired. The [M:Finnish] telecoms group grew.", {"Nokia": ["The Finnish telecoms group"]}),
        ("[O:Nokia] sold [O:Here]. The company grew.", {}),
        ("She met [P:Ann Lee] in [L:Oslo].", {}),
        ("[P:Ann Lee] spoke. [P:Lee] said she would go to [L:Oslo].", {"Ann Lee": ["she"]}),
        ("[P:Ann Lee] spoke to [P:Bo Ek]. She left [L:Oslo].", {}),
        ("[O:Lego] opened a shop in [L:Oslo]. Its toys sold out.", {}),
        ("[O:Lego] opened a shop. Its toys sold out in [L:Oslo].", {"Lego": ["Its"]}),
        ("[O:Nokia] grew, and the [O:Wagner Group] left [L:Mali].", {}),
        ("[W:Dune] won. The film was shot in [L:Jordan].", {"Dune": ["The film"]}),
    ],
)
def test_an_anaphor_joins_the_only_name_it_can_mean(maker, text, found):
    assert read(maker, text) == found


def test_the_pair_head_averages_them(maker):
    text = "Nokia hired in Oslo. The company grew."
    marks = (Mark(0, 5, types(("organization",))), Mark(15, 19, types(("location",))))
    passage = Passage(
        "t", "1", text, marks, types(KINDS.values()), entities=((0,), (1,)), judged=(Judged(-1, -1, None),)
    )
    (example,) = maker.examples([passage])
    nokia = example.nodes[0]
    assert nokia.mentions == ((0, 1),)
    assert nokia.places == ((0, 1), (5, 7))
