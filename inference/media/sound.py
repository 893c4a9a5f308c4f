"""Decodes the sound of a container to mono samples for speech recognition."""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from inference.media.container import opened
from inference.media.sniff import Sort
from inference.media.types import SOUND_RATE, Limits, UnreadableError

_DAMAGED = 0.1
"""Share of the packets that may be damaged."""


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """The sound of a container.

    Attributes:
        samples: Mono, int16, `SOUND_RATE` per second.
        codec: Name of its codec.
        rate: Samples per second, as stored.
        channels: Channels, as stored.
        duration: Duration in seconds.
    """

    samples: NDArray[np.int16]
    codec: str
    rate: int
    channels: int
    duration: float


def decode_sound(path: Path, sort: Sort, limits: Limits) -> Sound | None:
    """Decodes the first sound stream; None if there is none.

    Raises:
        UnreadableError: too-long or unreadable.
    """
    with opened(path, sort) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SOUND_RATE)
        parts: list[NDArray[np.int16]] = []
        total = packets = damaged = 0
        for packet in container.demux(stream):
            packets += 1
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                damaged += 1
                continue
            for part in _resampled(resampler, frames):
                parts.append(part)
                total += len(part)
            if total > limits.seconds * SOUND_RATE:
                raise UnreadableError("too-long", f"the sound lasts longer than {limits.seconds:.0f} s")
        if damaged > max(1, _DAMAGED * packets):
            raise UnreadableError("unreadable", f"{damaged} of {packets} parts of the sound are damaged")
        if total:
            parts += _resampled(resampler, [None])
        samples = np.concatenate(parts) if parts else np.zeros(0, np.int16)
        context = stream.codec_context
        if not len(samples):
            return None
        return Sound(samples, context.name, context.sample_rate, context.channels, len(samples) / SOUND_RATE)


def _resampled(resampler: av.AudioResampler, frames: list[av.AudioFrame] | list[None]) -> list[NDArray[np.int16]]:
    return [part.to_ndarray().reshape(-1).astype(np.int16) for frame in frames for part in resampler.resample(frame)]
