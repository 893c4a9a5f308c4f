"""Reasons by the served weights in what is published: of each suggestion its own, in the same bytes each time."""

from collections.abc import AsyncIterator

import pytest

from inference.link_prediction.client import LinkClient
from inference.link_prediction.suggester import Suggester
from inference.link_prediction.surroundings import GraphEntity, Link, Prospect, Surroundings
from streams.messages.suggestion_events import Suggestions
from streams.suggestions import roles
from streams.suggestions.lifecycle import to_explain, with_reasons
from streams.suggestions.reading import Found
from streams.suggestions.writing import Outcome, _message
from tests.inference.link_prediction.link_server import LinkServer
from tests.inference.serving import served
from tests.streams.suggestions.doubles import HashedTexts
from topology.ontology import load_ontology
from topology.settings import settings

PLACES = [GraphEntity(name, name, "location") for name in ("Damascus", "Homs", "Hama", "Latakia", "Tartus")]
LINKS = tuple(
    Link(place, relation, True, (f"f-{place.name}",), at, at)
    for at, (place, relation) in enumerate(zip(PLACES, ("P551", "P19", "P27", "P276", "P131"), strict=True))
)
ADA = Surroundings(GraphEntity("ada", "Ada", "person", roles.count(LINKS), 5, 9), LINKS)
PROSPECTS = [
    Prospect(
        GraphEntity(name, name, "location", {("P27", False): 9, ("P17", False): 20}, 9, 8), 1.2, 4, 1_790_000_000_000
    )
    for name in ("Syria", "Lebanon", "Jordan")
]


@pytest.fixture
async def server() -> AsyncIterator[LinkServer]:
    async with served(
        LinkServer(), lambda url: LinkClient(url, load_ontology(settings().ontology), timeout=20)
    ) as server:
        yield server


async def message(server: LinkServer, around: Surroundings = ADA) -> bytes:
    """Returns the record of an entity, asked by a worker that has just started."""
    suggester, ontology = Suggester(HashedTexts(), server.client), load_ontology(settings().ontology)
    questions = [(around, PROSPECTS)]
    (answer,) = await suggester.suggest(questions, newest=9, least=1e-4)
    some = to_explain(around, PROSPECTS, answer, ontology, most=5)
    (why,) = await suggester.reasons(questions, [some], newest=9)
    open_ = with_reasons(around, PROSPECTS, zip(some, why, strict=True), ontology, version="1", most=5)
    return _message(Outcome(Found(around, None, None), "", None, open_), ("link_prediction", "1"))


async def test_each_suggestion_is_published_with_reasons_of_its_own(server: LinkServer) -> None:
    found = Suggestions.model_validate_json(await message(server)).suggestions
    assert len(found) == 5
    reasons = [tuple(reason.fact for reason in each.reasons) for each in found]
    assert len(set(reasons)) > 1
    assert len({facts[:1] for facts in reasons}) > 1, "not only in their order"
    assert all(each.together == 4 and each.shared == 1.2 for each in found)


async def test_the_same_question_is_published_in_the_same_bytes(server: LinkServer) -> None:
    turned = Surroundings(ADA.entity, LINKS[::-1])
    assert await message(server) == await message(server) == await message(server, turned)
