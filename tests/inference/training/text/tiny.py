"""A tiny world to train in: sentences made here, a small encoder, the real tokenizer and ontology."""

import random

from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.encoder import EncoderShape
from inference.training.text.pairs import PairShape
from inference.training.text.sources.passages import GoldFact, Judged, Mark, Passage, types
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

MODEL = REPOSITORY / "triton_models" / "text_extraction" / "1"
ONTOLOGY = load_ontology(REPOSITORY / "topology" / "ontology.yaml").for_language("en")
SHAPE = EncoderShape(width=32, layers=2, heads=4, inner=64, positions=64)
PAIRS = PairShape(width=16, heads=2, head_width=8, hidden=24)

PEOPLE = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov")
COMPANIES = ("Acme", "Globex", "Initech", "Umbrella", "Hooli")


def passages(count, seed=0):
    """Sentences of two kinds: a chief executive, and a visitor who is none."""
    rng = random.Random(seed)  # noqa: S311
    for number in range(count):
        person, company = rng.choice(PEOPLE), rng.choice(COMPANIES)
        leads = number % 2 == 0
        text = f"{company} is led by chief executive {person}." if leads else f"{person} walked past {company} today."
        marks = tuple(
            Mark(text.index(name), text.index(name) + len(name), types((kind,)))
            for name, kind in ((company, "organization"), (person, "person"))
        )
        yield Passage(
            "tiny",
            str(number),
            text,
            marks,
            types(t.name for t in ONTOLOGY.entity_types),
            entities=((0,), (1,)),
            facts=(GoldFact(0, "P169", 1),) if leads else (),
            judged=(Judged(-1, -1, None),),
        )


def examples(count):
    return list(ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), ONTOLOGY).examples(passages(count)))
