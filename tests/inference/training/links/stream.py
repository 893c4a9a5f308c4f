"""A small stream of articles for the link model: what follows from them, and what a model reads of them."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import torch

from inference.link_prediction.inputs import Words
from inference.training.links.batches import Asking
from inference.training.links.own_graph import OwnArticle, OwnEntity, OwnFact
from inference.training.links.snapshots import snapshot

WORDS = Words(("P27", "P36"), ("person", "location"))
ALLOWED = np.zeros((4, 3, 3), np.bool_)
ALLOWED[0, 0, 1] = ALLOWED[2, 1, 0] = True  # a person is citizen of a location
ALLOWED[1, 1, 1] = ALLOWED[3, 1, 1] = True  # a location is the capital of a location
START = date(2025, 1, 1)
CUT = START + timedelta(days=100)


def stream(pairs=30):
    """Each person is named twice beside one country and once beside another; later it is a citizen of the first."""
    draw = np.random.default_rng(5)
    countries = [OwnEntity(f"c{n}", f"Country {n}", "location") for n in range(8)]
    articles = []
    for n in range(pairs):
        person = OwnEntity(f"p{n}", f"Person {n}", "person")
        one, other = (countries[place] for place in draw.permutation(8)[:2])
        day = START + timedelta(days=n)
        articles.append(OwnArticle(f"a{n}", day, (person, one, other), (OwnFact(one.id, "P36", other.id, 0.9),)))
        articles.append(OwnArticle(f"b{n}", day, (person, one), ()))
        fact = OwnFact(person.id, "P27", one.id, 0.9)
        articles.append(OwnArticle(f"z{n}", CUT + timedelta(days=n), (person,), (fact,)))
    return sorted(articles, key=lambda article: article.day)


def asking(day=CUT, articles=None, names=0):
    """A snapshot's questions; with other `names` vectors tell nothing that was learnt from these."""
    articles = articles or stream()
    draw = np.random.default_rng(names)
    ids = sorted({entity.id for article in articles for entity in article.entities})
    vectors = {id_: draw.normal(size=384).astype(np.float32) / 20 for id_ in ids}
    return Asking(snapshot(articles, day, vectors, WORDS, ALLOWED), WORDS, ALLOWED)


PARTS = {
    "vectors": ("entity", "near", "candidates"),
    "neighbours": ("near", "near_role", "seen"),
    "met": ("met",),
    "between": ("known",),
    "popularity": ("roles", "activity", "candidate_roles", "candidate_activity"),
}


def reads(model, part):
    """Returns whether the scores of any entity that has neighbours depend on a part of the question."""
    given = asking()
    entities = np.flatnonzero(given.of.seen.any(axis=1))[:3].tolist()
    question = given.question(entities, [np.arange(30)] * len(entities))
    draw = torch.Generator().manual_seed(1)
    changed = {}
    for name in PARTS[part]:
        was = getattr(question, name)
        changed[name] = ~was if was.dtype == torch.bool else (was + torch.randint(1, 4, was.shape, generator=draw)) % 4
    other = replace(question, **changed)
    role = torch.zeros(len(entities), dtype=torch.int64)
    with torch.no_grad():
        for asked in (None, role):
            one, two = (model(q, model.context(q)[0], asked) for q in (question, other))
            if not torch.equal(one, two):
                return True
    return False
