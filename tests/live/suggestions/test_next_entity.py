"""Through a real Triton a story's next entity is scored as in this process."""

import json

import numpy as np
import pytest

from inference.next_entity.client import SESSION_MODEL, SessionClient
from inference.next_entity.layout import lay_out
from inference.next_entity.question import question
from inference.triton.served_code import served_code
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live

FOLDER = REPOSITORY / "triton_models" / SESSION_MODEL / "1"
EARLIER = [("Oslo", "Ada", "Ferry"), ("Oslo", "Ada"), ("Ada", "Ferry"), ("Ferry", "Bergen")]
NAMES = ("Oslo", "Ada", "Ferry", "Bergen", "Rome", "Po")
SEEN = {"Oslo": 2, "Ada": 3, "Ferry": 3, "Bergen": 1, "Rome": 4}


async def test_scores_through_triton_are_those_of_this_process(triton):
    served = served_code(FOLDER, "scorer")
    labels = json.loads((FOLDER / "labels.json").read_text())
    drawn = np.random.default_rng(0).standard_normal((len(NAMES), labels["width"])).astype(np.float32)
    vectors = dict(zip(NAMES, drawn / np.linalg.norm(drawn, axis=1, keepdims=True), strict=True))
    model = served.Scorer(labels, served.session(FOLDER, 1))
    client = SessionClient(triton, requests=2, timeout=60)
    for story in (("Ada",), ("Oslo", "Ada"), ("Bergen", "Ferry", "Bergen")):
        layout = lay_out(story, EARLIER)
        asked = question(layout, NAMES, vectors, SEEN)
        here = model.scores({name: getattr(asked, name) for name in served.INPUTS})[0]
        once, again = [await client.scores(layout, NAMES, vectors, SEEN) for _ in range(2)]
        assert once.tobytes() == again.tobytes()
        np.testing.assert_allclose(once, here, atol=1e-5)
    await client.close()
