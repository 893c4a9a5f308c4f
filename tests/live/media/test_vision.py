"""Through a real Triton pictures look as they do in this process."""

import numpy as np
import pytest

from inference.object_detection.client import DetectionClient
from inference.object_detection.local import DETECTION_MODEL, LocalDetector
from topology.demo.sample_pictures import face
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live

FOLDER = REPOSITORY / "triton_models" / DETECTION_MODEL / "1"


def pictures():
    """A drawn face on grey, at several places and sizes."""
    found = []
    for height, width, left in ((400, 600, 300), (300, 260, 30), (1200, 1000, 500)):
        picture = np.full((height, width, 3), 150, np.uint8)
        picture[40:280, left : left + 200] = face()
        found.append(picture)
    return found


async def test_views_through_triton_are_those_of_this_process(triton):
    client = DetectionClient(triton, requests=2, timeout=60)
    views = await client.detect(pictures())
    here = LocalDetector(FOLDER)
    expected = here.look(pictures())
    for view, local in zip(views, expected, strict=True):
        assert (view.model, view.version, view.depth) == (here.labels.model, here.labels.version, None)
        assert view.detections == local.detections
    # A network looks for faces only in the people that it sees, and a drawn face on grey is none.
    if here.labels.model == "opencv-faces-people":
        assert [d.label for d in views[0].detections] == ["face"]
    await client.close()
