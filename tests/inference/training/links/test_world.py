"""The graph that grows: what it counts is what can be counted by hand."""

from datetime import date, timedelta
from math import log

import pytest

from inference.training.links.own_graph import OwnArticle, OwnEntity, OwnFact, read_articles, write_articles
from inference.training.links.world import World

DAY = date(2025, 1, 1)
A, B, C, D = (OwnEntity(f"e-{name}", name, "person") for name in "ABCD")


def article(day, entities, *facts):
    return OwnArticle(f"a{day}", DAY + timedelta(days=day), entities, tuple(OwnFact(*fact, 0.9) for fact in facts))


@pytest.fixture
def world():
    made = World()
    made.learn(
        [
            article(0, (A, B), (A.id, "P26", B.id)),
            article(5, (B, C), (B.id, "P22", C.id)),
            article(9, (A, B)),
            article(10, (D,)),
        ]
    )
    return made


def test_ages_are_days_before_the_newest_article(world):
    assert world.day == DAY + timedelta(days=10)
    assert [world.age(day) for day in world.last] == [1, 1, 5, 0]
    assert world.articles == [2, 3, 1, 1]


def test_who_met_whom_how_often_and_through_whom(world):
    met = world.met(0)
    assert met[1] == (0.0, 2, 1.0)
    assert met[2] == (pytest.approx(1 / log(3)), 0, 0.0)
    assert set(met) == {1, 2}
    assert world.met(3) == {}


def test_a_fact_has_two_ends(world):
    assert world.states(A.id, "P26", B.id)
    assert not world.states(B.id, "P26", A.id)
    assert not world.states(A.id, "P26", "e-unknown")
    assert dict(world.roles(1)) == {("P26", False): 1, ("P22", True): 1}
    assert world.known(1) == {0: {("P26", False)}, 2: {("P22", True)}}
    assert [(link.role, link.other) for link in world.links(1)] == [(("P22", True), 2), (("P26", False), 0)]


def test_a_fact_told_again_counts_once_and_is_as_new_as_its_newest_telling(world):
    world.learn([article(12, (A, B), (A.id, "P26", B.id))])
    assert dict(world.roles(0)) == {("P26", True): 1}
    assert world.links(1)[0].role == ("P26", False)


def test_articles_are_read_as_they_were_written(tmp_path):
    articles = [article(0, (A, B), (A.id, "P26", B.id)), article(1, ())]
    write_articles(tmp_path / "sub" / "own.jsonl", articles)
    assert list(read_articles(tmp_path / "sub" / "own.jsonl")) == articles
    assert [path.name for path in (tmp_path / "sub").iterdir()] == ["own.jsonl"]
