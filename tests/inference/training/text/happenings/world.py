"""A tiny world in which things happen: sentences that tell an attack, an acquisition, or nothing."""

import random

from inference.text.language.words import WordTokenizer
from inference.training.text.dataset import ExampleMaker
from inference.training.text.sources.passages import GoldHappening, Judged, Mark, Passage, types
from topology.ontology import load_ontology
from topology.settings import REPOSITORY

MODEL = REPOSITORY / "triton_models" / "text_extraction" / "1"
ONTOLOGY = load_ontology(REPOSITORY / "topology" / "ontology.yaml").for_language("en")
ARMIES = ("Wagner Group", "Boko Haram", "Hezbollah", "Hamas")
PLACES = ("Oslo", "Kyiv", "Lagos", "Quito")
FIRMS = ("Acme", "Globex", "Initech", "Umbrella")
NUMBERS = ("12", "at least 26", "five", "30")


def told(pieces, kind="", modality="asserted", number=0):
    """Returns a passage of pieces: words, (name, type, role), or ("...", "trigger")."""
    text, marks, roles, trigger = "", [], [], None
    for piece in pieces:
        words = piece if isinstance(piece, str) else piece[0]
        span = len(text), len(text) + len(words)
        text += words
        if not isinstance(piece, str):
            if piece[1] == "trigger":
                trigger = span
            else:
                roles += [(piece[2], len(marks))] if piece[2] else []
                marks.append(Mark(*span, types((piece[1],))))
    return Passage(
        "tiny",
        str(number),
        text,
        tuple(marks),
        types((*(t.name for t in ONTOLOGY.entity_types), "happening")),
        entities=tuple((i,) for i in range(len(marks))),
        judged=(Judged(-1, -1, None),),
        happenings=(GoldHappening(kind, trigger, modality, tuple(roles)),) if trigger else (),
    )


def passages(count, seed=0):
    rng = random.Random(seed)  # noqa: S311
    for number in range(count):
        army, place, buyer, bought, dead = (rng.choice(x) for x in (ARMIES, PLACES, FIRMS, FIRMS, NUMBERS))
        kinds = (
            (
                [(army, "organization", "who"), " ", ("bombed", "trigger"), " ", (place, "location", "where"),
                 ", killing ", (dead, "quantity", "killed"), " people."],
                "attack", "asserted",
            ),
            (
                [(buyer, "organization", "who"), " will ", ("buy", "trigger"), " ", (bought, "organization", "whom"),
                 " of ", (place, "location", ""), "."],
                "acquisition", "planned",
            ),
            ([(buyer, "organization", ""), " is based in ", (place, "location", ""), "."], "", ""),
        )  # fmt: skip
        yield told(*kinds[number % 3], number)


def examples(count):
    return list(ExampleMaker(WordTokenizer(MODEL / "tokenizer.json"), ONTOLOGY).examples(passages(count)))
