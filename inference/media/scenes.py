"""Finds where a video is cut, how objects move between the cuts, and its key frames.

A cut is where a frame differs from the one before by more than `CUT` in hue, saturation and value, on average over the
picture: the measure and threshold of PySceneDetect's ContentDetector. Motion is dense optical flow (DIS; Kroeger et
al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016): its median is the camera's motion, the rest that of the
objects. It also says where what a key frame shows has gone by the next key frame (see `inference.media.drift`). The key
frame of each piece of a scene is its sharpest frame, by the variance of its Laplacian.

The result depends on the frames alone, never on time or load.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import av
import cv2
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from inference.media.drift import MOST_HEIGHT, WIDTH, Field, followed, still
from inference.media.types import DecodedScene, Frame

CUT = 27.0
"""Mean difference, from 0 to 255, above which there is a cut."""

SHORTEST = 0.6
"""Shortest scene in seconds, so that a flash is not a cut."""

PIECE = 2.0
"""Initial length in seconds of a piece of a scene, which has one key frame."""

FLOW_EVERY = 0.2
"""Seconds between the frames that motion is measured from."""

LEAST_HEIGHT = 16
"""Least height that the flow can be computed for. Frames are compared at the size of `inference.media.drift`; very flat
and very high ones are distorted."""

_SHARPER = 1.1
"""Factor by which a later frame must be sharper to become the key frame."""

_MOVING = 0.9
"""Quantile of the flow against the background that is reported as the objects' motion."""


@dataclass(slots=True)
class _Key:
    scene: int
    piece: int
    frame: Frame


@dataclass(slots=True)
class _Best:
    """The sharpest frame of a piece so far, and where the key frame before had gone by then."""

    scene: int
    piece: int
    sharpness: float
    frame: av.VideoFrame
    time: float
    drift: Field | None


@dataclass(slots=True)
class _Scene:
    begin: float
    camera: list[float] = field(default_factory=list)
    motion: list[float] = field(default_factory=list)


class Scenes:
    """Takes frames one by one; at the end it returns scenes and key frames."""

    def __init__(self, key_frames: int, side: int) -> None:
        """Starts without frames.

        Args:
            key_frames: Most key frames.
            side: Longer side of a key frame, in pixels.
        """
        self._most = key_frames
        self._side = side
        self._scenes: list[_Scene] = []
        self._keys: list[_Key] = []
        self._piece = PIECE
        self._every = 1
        self._before: NDArray[np.uint8] | None = None
        self._flowed: tuple[float, NDArray[np.uint8]] | None = None
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._best: _Best | None = None
        # Where the last key frame of this scene has gone by now, and where the best frame since.
        self._since_key: Field | None = None
        self._since_best: Field | None = None
        # One for all frames: a new one would compute its filters anew. It uses one thread, so that its time is counted.
        self._reformatter = VideoReformatter()

    def add(self, frame: av.VideoFrame, time: float) -> None:
        """Takes the next frame, which is displayed at `time` seconds."""
        height = min(MOST_HEIGHT, max(LEAST_HEIGHT, round(WIDTH * frame.height / frame.width)))
        small = self._reformatter.reformat(frame, WIDTH, height, "rgb24", threads=1).to_ndarray()
        hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV).astype(np.uint8)
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8)
        if self._cut(hsv, time):
            self._keep()
            self._scenes.append(_Scene(time))
            self._flowed = self._since_key = self._since_best = None
        self._before = hsv
        self._move(grey, time)
        self._consider(frame, time, float(cv2.Laplacian(grey, cv2.CV_64F).var()), grey.shape)

    def end(self, time: float) -> tuple[tuple[DecodedScene, ...], tuple[Frame, ...]]:
        """Returns scenes and key frames; the video ends at `time` seconds."""
        self._keep()
        ends = [*(scene.begin for scene in self._scenes[1:]), time]
        found = (
            DecodedScene(round(s.begin, 3), round(end, 3), _mean(s.motion), _mean(s.camera))
            for s, end in zip(self._scenes, ends, strict=True)
        )
        return tuple(found), tuple(key.frame for key in self._keys)

    def _cut(self, hsv: NDArray[np.uint8], time: float) -> bool:
        if self._before is None or self._before.shape != hsv.shape:
            return True
        if time - self._scenes[-1].begin < SHORTEST:
            return False
        return float(cv2.absdiff(hsv, self._before).mean()) > CUT

    def _move(self, grey: NDArray[np.uint8], time: float) -> None:
        if self._flowed is None:
            self._flowed = time, grey
            return
        since, before = self._flowed
        if (passed := time - since) < FLOW_EVERY:
            return
        step = np.asarray(self._flow.calc(before, grey, np.zeros((*grey.shape, 2), np.float32)), np.float32)
        if self._since_key is not None:
            self._since_key = followed(self._since_key, step)
        if self._since_best is not None:
            self._since_best = followed(self._since_best, step)
        flow = step / (WIDTH * passed)
        camera = np.median(flow.reshape(-1, 2), axis=0)
        own = np.linalg.norm(flow - camera, axis=2)
        self._scenes[-1].camera.append(float(np.linalg.norm(camera)))
        self._scenes[-1].motion.append(float(np.quantile(own, _MOVING)))
        self._flowed = time, grey

    def _consider(self, frame: av.VideoFrame, time: float, sharpness: float, size: tuple[int, ...]) -> None:
        scene = len(self._scenes) - 1
        piece = int((time - self._scenes[scene].begin) / self._piece)
        best = self._best
        if best and best.piece == piece and sharpness <= best.sharpness * _SHARPER:
            return
        if best and best.piece != piece:
            self._keep()
            piece = int((time - self._scenes[scene].begin) / self._piece)
        self._best = _Best(scene, piece, sharpness, frame, time, self._since_key)
        self._since_best = still(size[0], size[1])

    def _keep(self) -> None:
        if self._best is None:
            return
        best, self._best = self._best, None
        if best.scene % self._every:
            return
        frame = best.frame
        scale = max(1.0, max(frame.width, frame.height) / self._side)
        size = max(2, round(frame.width / scale)), max(2, round(frame.height / scale))
        rgb = frame.reformat(width=size[0], height=size[1], format="rgb24").to_ndarray().astype(np.uint8, copy=False)
        shown = Frame(rgb, frame.width / size[0], round(best.time, 3), best.scene, best.drift)
        self._keys.append(_Key(best.scene, best.piece, shown))
        self._since_key = self._since_best
        while len(self._keys) > self._most:
            self._thin()

    def _thin(self) -> None:
        """Doubles the length of pieces; if each scene has only one key frame, skips every other scene instead."""
        if any(key.piece for key in self._keys):
            self._piece *= 2
            self._keys = [_Key(k.scene, k.piece // 2, k.frame) for k in self._without_odd()]
        else:
            self._every *= 2
            self._keys = [key for key in self._keys if key.scene % self._every == 0]

    def _without_odd(self) -> Iterator[_Key]:
        """Yields the key frames of the even pieces; the way through one that is left out is added to the next one's."""
        left: Frame | None = None
        for key in self._keys:
            frame = key.frame
            if left is not None and left.scene == frame.scene:
                frame = replace(frame, drift=_through(left.drift, frame.drift))
            left = frame if key.piece % 2 else None
            if not key.piece % 2:
                yield _Key(key.scene, key.piece, frame)
        if left is not None:
            self._since_key = _through(left.drift, self._since_key)


def _through(first: Field | None, second: Field | None) -> Field | None:
    return None if first is None or second is None else followed(first, second)


def _mean(numbers: list[float]) -> float:
    return round(sum(numbers) / len(numbers), 3) if numbers else 0.0
