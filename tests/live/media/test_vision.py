"""Through a real Triton pictures look as they do in this process."""

import numpy as np
import pytest
from PIL import Image

from inference.object_detection.client import DetectionClient
from inference.object_detection.local import DETECTION_MODEL, LocalDetector
from topology.demo.sample_pictures import face, write
from topology.settings import REPOSITORY

pytestmark = pytest.mark.live

FOLDER = REPOSITORY / "triton_models" / DETECTION_MODEL / "1"


@pytest.fixture
def pictures(tmp_path):
    """The demo's newsroom, in which every detector sees two faces, and a face on grey at several places and sizes."""
    write(tmp_path)
    found = [np.asarray(Image.open(tmp_path / "newsroom.png").convert("RGB"))]
    for height, width, left in ((400, 600, 300), (300, 260, 30), (1200, 1000, 500)):
        picture = np.full((height, width, 3), 150, np.uint8)
        picture[40:280, left : left + 200] = face()
        found.append(picture)
    return found


async def test_views_through_triton_are_those_of_this_process(triton, pictures):
    client = DetectionClient(triton, requests=2, timeout=60)
    views = await client.detect(pictures)
    here = LocalDetector(FOLDER)
    expected = here.look(pictures)
    for view, local in zip(views, expected, strict=True):
        assert (view.model, view.version, view.depth) == (here.labels.model, here.labels.version, None)
        assert view.detections == local.detections
    assert [d.label for d in views[0].detections].count("face") == 2
    await client.close()
