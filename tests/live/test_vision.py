"""Through a real Triton pictures look as they do in this process."""

import numpy as np
import pytest

from inference.vision.client import VisionClient
from inference.vision.local import VISION_MODEL, LocalDetector
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live

FOLDER = REPOSITORY / "triton_models" / VISION_MODEL / "1"


def pictures():
    """Noise of several sizes: the cascades find something in most of it."""
    chance = np.random.default_rng(3)
    small = [chance.integers(0, 256, (h // 8, w // 8, 3), np.uint8) for h, w in ((320, 400), (480, 320), (320, 400))]
    return [np.kron(one, np.ones((8, 8, 1), np.uint8)) for one in small]


async def test_views_through_triton_are_those_of_this_process(triton):
    client = VisionClient(triton, requests=2, timeout=60)
    views = await client.detect(pictures())
    expected = LocalDetector(FOLDER).look(pictures())
    for view, local in zip(views, expected, strict=True):
        assert (view.model, view.depth) == ("opencv-faces-people", None)
        assert view.detections == local.detections
    await client.close()
