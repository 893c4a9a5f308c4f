"""What moves between key frames is followed: by the flow of the frames between, also where key frames were left out."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from inference.evaluation.media.drawn_video import SCENE_S, write
from inference.media import decoder as module
from inference.media.child import decode
from inference.media.decoder import Decoder
from inference.media.drift import followed, moved, still
from inference.media.tracks import tracks
from inference.media.types import Frame, Limits
from inference.object_detection.types import Box, Detection

LIMITS = Limits(10**7, 60, 24, 1280)


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("video") / "drawn.mp4"
    write(path, 3 * SCENE_S)
    return path


def square(frame: Frame) -> list[Detection]:
    """Returns where the drawn video's square is at that time."""
    left = 4 * round(frame.time * 25) % 580
    return [Detection("thing", 0.9, Box(left, 60, left + 60, 120))]


@pytest.mark.parametrize("most", [24, 4, 3])
def test_a_square_that_crosses_the_picture_is_one_object_in_each_scene(video, most):
    frames = decode(video, replace(LIMITS, key_frames=most)).frames
    found = tracks(frames, [square(frame) for frame in frames])
    assert len(found) == len({frame.scene for frame in frames})
    assert sum(track.seen for track in found) == len(frames)
    for track in found:
        assert track.begin <= track.frame <= track.end
    blind = [replace(frame, drift=None) for frame in frames]
    assert len(tracks(blind, [square(frame) for frame in blind])) == len(frames), "it moves too far for its boxes alone"


def test_the_flow_says_where_the_square_goes(video):
    frames = decode(video, LIMITS).frames
    for before, after in pairwise(frames):
        if after.drift is None:
            assert after.scene != before.scene
            continue
        (was,), (now,) = square(before), square(after)
        # The flow is measured five times a second, in which the square moves by 20 of its 60 pixels.
        assert moved(was.box, after.drift, 640, 360).overlap(now.box) >= 0.5


def test_two_that_pass_each_other_keep_their_names():
    grey = np.full((90, 160, 3), 100, np.uint8)
    drift = still(90, 160)
    drift[:, :80, 0], drift[:, 80:, 0] = 80, -80
    one, other = Box(10, 20, 30, 60), Box(100, 20, 120, 60)
    sights = [[Detection("dog", 0.9, one), Detection("dog", 0.8, other)]]
    sights.append([Detection("dog", 0.7, Box(20, 20, 40, 60)), Detection("dog", 0.95, Box(90, 20, 110, 60))])
    found = tracks([Frame(grey, 1.0, 0.0), Frame(grey, 1.0, 2.0, 0, drift)], sights)
    assert [(track.score, track.box[0]) for track in found] == [(0.95, 90), (0.8, 100)]


def test_fields_follow_each_other_from_where_the_first_leads():
    first, second = still(20, 40), still(20, 40)
    first[:, :10] = (15, 0)
    second[:, 15:] = (0, 4)
    both = followed(first, second)
    np.testing.assert_allclose(both[10, 5], (15, 4))
    np.testing.assert_allclose(both[10, 12], (0, 0))
    assert moved(Box(0, 0, 20, 20), both, 80, 40) == Box(30, 8, 50, 28)


def test_a_box_outside_the_picture_stays():
    assert moved(Box(100, 5, 120, 9), still(20, 40) + 3, 80, 40) == Box(100, 5, 120, 9)


async def test_the_flow_comes_out_of_the_decoders_process_as_it_was(video):
    decoder = Decoder(1, 768 * 1024 * 1024, 60, LIMITS)
    frames = (await decoder.read(video)).frames
    await decoder.close()
    for frame, known in zip(frames, decode(video, LIMITS).frames, strict=True):
        np.testing.assert_array_equal(frame.rgb, known.rgb)
        assert (frame.drift is None) == (known.drift is None)
        if frame.drift is not None:
            np.testing.assert_array_equal(frame.drift, known.drift)


@pytest.mark.parametrize(
    ("shape", "values", "good"),
    [
        ((2, 3, 2), [1.5] * 12, True),
        ((2, 3, 2), [1.5] * 11 + [float("nan")], False),
        ((2, 3, 2), [float("inf")] + [1.5] * 11, False),
        ((100_000, 160, 2), [1.5] * 12, False),
        ((2, 3, 3), [1.5] * 18, False),
        ((0, 3, 2), [], False),
    ],
)
async def test_a_decoder_that_was_taken_over_gives_no_flow_that_harms(shape, values, good):
    pipe = asyncio.StreamReader()
    pipe.feed_data(np.array(values, np.float32).tobytes())
    pipe.feed_eof()
    if good:
        assert (await module._drift(shape, pipe)).shape == shape
        return
    with pytest.raises(ValueError, match="drift"):
        await module._drift(shape, pipe)
