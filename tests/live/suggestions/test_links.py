"""Through a real Triton the link model says what it says in this process."""

import json

import numpy as np
import pytest

from inference.link_prediction.client import LINK_MODEL, LinkClient
from inference.link_prediction.inputs import Words, arrays
from inference.link_prediction.question import Asked, Candidate, Neighbour, Node
from inference.triton.served_code import served_code
from topology.ontology import load_ontology
from topology.settings import REPOSITORY, settings

pytestmark = pytest.mark.live

FOLDER = REPOSITORY / "triton_models" / LINK_MODEL / "1"


def node(id_, type_):
    vector = np.random.default_rng(len(id_)).normal(size=384)
    return Node(id_, type_, (vector / np.linalg.norm(vector)).astype(np.float32), {("P17", True): 2}, 3, 5.0)


async def test_links_through_triton_are_those_of_this_process(triton):
    asked = Asked(
        node("city", "location"),
        (Neighbour(node("river", "location"), "P206", outgoing=True, days=2.0),),
        tuple(Candidate(node(name, "location"), 0.5, 2, 1.0) for name in ("country", "river", "town of towns")),
    )
    client = LinkClient(triton, load_ontology(settings().ontology), timeout=60)
    found = await client.links(asked)
    reasons = await client.reasons(asked, found)
    context = await client.context(asked)
    await client.close()
    served = served_code(FOLDER, "link_scores")
    labels = json.loads((FOLDER / "labels.json").read_text())
    words = Words(tuple(labels["relations"]), tuple(labels["types"]))
    expected = served.LinkScores(labels, served.session(FOLDER, 1)).of(arrays(asked, words))
    assert context == pytest.approx(expected[0][0], abs=1e-4)
    best = max(found, key=lambda s: s.probability)
    known = arrays(asked, words)["known"]
    assert best.probability == pytest.approx(float((expected[1] * (known == 0)).max()), abs=1e-3)
    assert {r.neighbour.node.id for why in reasons for r in why} == {"river"}
