"""Finds where a video is cut, how objects move between the cuts, and its key frames.

A cut is where a frame differs from the one before by more than `CUT` in hue, saturation and value, on average over the
picture: the measure and threshold of PySceneDetect's ContentDetector. Motion is dense optical flow (DIS; Kroeger et
al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016): its median is the camera's motion, the rest that of the
objects. The key frame of each piece of a scene is its sharpest frame, by the variance of its Laplacian.

The result depends on the frames alone, never on time or load.
"""

from dataclasses import dataclass, field

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from inference.media.types import DecodedScene, Frame

CUT = 27.0
"""Mean difference, from 0 to 255, above which there is a cut."""

SHORTEST = 0.6
"""Shortest scene in seconds, so that a flash is not a cut."""

PIECE = 2.0
"""Initial length in seconds of a piece of a scene, which has one key frame."""

FLOW_EVERY = 0.2
"""Seconds between the frames that motion is measured from."""

WIDTH = 160
"""Width in pixels at which frames are compared."""

LEAST_HEIGHT, MOST_HEIGHT = 16, 4 * WIDTH
"""Least height that the flow can be computed for, and most: frames that are longer still are compared distorted."""

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
        self._best: tuple[int, int, float, av.VideoFrame, float] | None = None

    def add(self, frame: av.VideoFrame, time: float) -> None:
        """Takes the next frame, which is displayed at `time` seconds."""
        height = min(MOST_HEIGHT, max(LEAST_HEIGHT, round(WIDTH * frame.height / frame.width)))
        small = frame.reformat(width=WIDTH, height=height, format="rgb24").to_ndarray()
        hsv = cv2.cvtColor(small, cv2.COLOR_RGB2HSV).astype(np.uint8)
        grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.uint8)
        if self._cut(hsv, time):
            self._scenes.append(_Scene(time))
            self._flowed = None
        self._before = hsv
        self._move(grey, time)
        self._consider(frame, time, float(cv2.Laplacian(grey, cv2.CV_64F).var()))

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
        flow = self._flow.calc(before, grey, np.zeros((*grey.shape, 2), np.float32)) / (WIDTH * passed)
        camera = np.median(flow.reshape(-1, 2), axis=0)
        own = np.linalg.norm(flow - camera, axis=2)
        self._scenes[-1].camera.append(float(np.linalg.norm(camera)))
        self._scenes[-1].motion.append(float(np.quantile(own, _MOVING)))
        self._flowed = time, grey

    def _consider(self, frame: av.VideoFrame, time: float, sharpness: float) -> None:
        scene = len(self._scenes) - 1
        piece = int((time - self._scenes[scene].begin) / self._piece)
        best = self._best
        if best and best[:2] == (scene, piece) and sharpness <= best[2] * _SHARPER:
            return
        if best and best[:2] != (scene, piece):
            self._keep()
            piece = int((time - self._scenes[scene].begin) / self._piece)
        self._best = scene, piece, sharpness, frame, time

    def _keep(self) -> None:
        if self._best is None:
            return
        scene, piece, _, frame, time = self._best
        self._best = None
        if scene % self._every:
            return
        scale = max(1.0, max(frame.width, frame.height) / self._side)
        size = max(2, round(frame.width / scale)), max(2, round(frame.height / scale))
        rgb = frame.reformat(width=size[0], height=size[1], format="rgb24").to_ndarray().astype(np.uint8, copy=False)
        self._keys.append(_Key(scene, piece, Frame(rgb, frame.width / size[0], round(time, 3), scene)))
        while len(self._keys) > self._most:
            self._thin()

    def _thin(self) -> None:
        """Doubles the length of pieces; if each scene has only one key frame, skips every other scene instead."""
        if any(key.piece for key in self._keys):
            self._piece *= 2
            self._keys = [_Key(k.scene, k.piece // 2, k.frame) for k in self._keys if k.piece % 2 == 0]
        else:
            self._every *= 2
            self._keys = [key for key in self._keys if key.scene % self._every == 0]


def _mean(numbers: list[float]) -> float:
    return round(sum(numbers) / len(numbers), 3) if numbers else 0.0
