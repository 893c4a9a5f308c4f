"""What holds of any models that suggest: of those without weights, and of those that Triton serves."""

import pytest

from inference.link_prediction.question import Reason, Suggestion
from inference.link_prediction.suggester import Suggester
from inference.link_prediction.surroundings import GraphEntity, Link, Prospect, Surroundings
from streams.suggestions import roles
from streams.suggestions.setup import suggester as served
from tests.streams.sink.sample import ONTOLOGY
from tests.streams.suggestions.doubles import suggester as double
from topology.graph.vectors import CONTEXT_WIDTH, OWN_WIDTH
from topology.settings import Settings

DAMASCUS, SYRIA, ALEPPO = (GraphEntity(name, name, "location") for name in ("Damascus", "Syria", "Aleppo"))


def link(to: GraphEntity, relation: str = "P17", *, outgoing: bool = True, at: int = 0) -> Link:
    return Link(to, relation, outgoing, (f"f-{to.id}-{relation}",), at, at)


def around(known: GraphEntity, *links: Link) -> Surroundings:
    return Surroundings(GraphEntity(known.id, known.name, known.type, roles.count(links), 3, 0), links)


QUESTION = around(ALEPPO, link(DAMASCUS, "P150", outgoing=False), link(SYRIA, "P131"))
SYRIAS = {("P17", False): 4, ("P131", False): 4, ("P150", True): 4}
PROSPECTS = [Prospect(GraphEntity("Syria", "Syria", "location", SYRIAS, 9, 0), 1.5, 3, 0)]


async def suggested(models: Suggester, least: float) -> list[Suggestion]:
    (found,) = await models.suggest([(QUESTION, PROSPECTS)], newest=0, least=least)
    return found


async def explained(models: Suggester, suggestions: list[Suggestion]) -> list[tuple[Reason, ...]]:
    nothing, found = await models.reasons([(QUESTION, PROSPECTS)] * 2, [[], suggestions], newest=0)
    assert nothing == []
    return found


async def behave(models: Suggester, least: float) -> None:
    try:
        one, again, other = await models.describe([QUESTION, QUESTION, around(ALEPPO, link(DAMASCUS, "P131"))])
        assert (len(one.own), len(one.context)) == (OWN_WIDTH, CONTEXT_WIDTH)
        assert sum(x * x for x in one.own) == pytest.approx(1, abs=1e-4)
        assert sum(x * x for x in one.context) == pytest.approx(1, abs=1e-4)
        # The same neighbourhood has the same vector, another one another, whatever its age.
        assert one == again
        assert other.own == one.own
        assert other.context != one.context
        (older,) = await models.describe(
            [around(ALEPPO, *(link(n.other, n.relation, outgoing=n.outgoing, at=9) for n in QUESTION.links))]
        )
        assert older == one

        found = await suggested(models, least)
        assert found == await suggested(models, least)
        assert [each.probability for each in found] == sorted((e.probability for e in found), reverse=True)
        assert all(each.probability >= least for each in found)
        assert {(each.subject, each.object) for each in found} <= {("Aleppo", "Syria"), ("Syria", "Aleppo")}
        # What is reported is not suggested, and only neighbours are reasons.
        assert ("Aleppo", "P131", "Syria") not in {(each.subject, each.relation, each.object) for each in found}
        why = await explained(models, found)
        assert len(why) == len(found)
        assert {reason.neighbour.node.id for reasons in why for reason in reasons} <= {"Damascus", "Syria"}
        assert any(why)
        for reasons in why:
            weights = [reason.weight for reason in reasons]
            assert weights == sorted(weights, reverse=True)
            assert all(weight > 0 for weight in weights)
        again = await explained(models, found)
        assert [[(r.neighbour.relation, r.weight) for r in reasons] for reasons in again] == [
            [(r.neighbour.relation, r.weight) for r in reasons] for reasons in why
        ]
        assert await models.version()
    finally:
        await models.close()


async def test_without_weights() -> None:
    await behave(double(ONTOLOGY), 0.3)


@pytest.mark.live
async def test_served_by_triton(triton: str, live_settings: Settings) -> None:
    assert live_settings.triton == triton
    models = served(live_settings)
    await behave(models, 1e-4)


@pytest.mark.live
async def test_triton_suggests_something(triton: str, live_settings: Settings) -> None:
    assert live_settings.triton == triton
    models = served(live_settings)
    try:
        found = await suggested(models, 1e-4)
    finally:
        await models.close()
    assert ("Aleppo", "P17", "Syria") in {(each.subject, each.relation, each.object) for each in found}
