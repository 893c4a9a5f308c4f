"""What is told of sound media, and why bad ones are refused."""

import numpy as np
import pytest

from inference.media.child import decode
from inference.media.types import Limits, UnreadableError
from tests.helpers import media_samples as samples

LIMITS = Limits(pixels=10_000_000, seconds=60, key_frames=4, side=320)

BAD = {
    "an SVG that calls itself a JPEG": (b"<?xml version='1.0'?><svg onload='x()'/>", "not-media", "SVG"),
    "an HTML page": (b"\xef\xbb\xbf <!DOCTYPE html><html>", "not-media", "HTML"),
    "a playlist of addresses": (b"#EXTM3U\n#EXTINF:1,\nhttp://10.0.0.1/\n", "not-media", "text"),
    "nothing": (b"", "empty", "no bytes"),
    "noise": (b"\x01\x02\x03\x80" * 30, "not-media", "unknown kind"),
    "a picture of 200 megapixels": (samples.huge(), "too-many-pixels", "200 megapixels"),
    "a decompression bomb": (samples.bomb(), "bomb", "unpacks"),
    "half a picture": (samples.cut(samples.photograph()), "truncated", "too early"),
    "half a PNG": (samples.cut(samples.sign("A line"), 0.7), "truncated", "too early"),
    "half a video": (samples.cut(samples.video()), "truncated", "cut off"),
    "half a video with its index first": (
        samples.cut(samples.video(options={"movflags": "faststart"}), 0.6),
        "truncated",
        "ends after",
    ),
    "a video whose header lies": (samples.lying(), "too-long", "1000 s"),
    "an unknown codec": (samples.unknown_codec(), "unknown-codec", "video"),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_media_are_refused_with_a_reason(tmp_path, what):
    data, reason, says = BAD[what]
    with pytest.raises(UnreadableError) as refused:
        decode(samples.write(tmp_path, data), LIMITS)
    assert refused.value.reason == reason
    assert says in refused.value.message


@pytest.mark.parametrize(
    ("says", "most", "reason"), [(1000, 1500, "truncated"), (1000, 60, "too-long"), (0.2, 60, "wrong-header")]
)
def test_a_duration_that_is_not_there_is_found_out(tmp_path, says, most, reason):
    with pytest.raises(UnreadableError) as refused:
        decode(samples.write(tmp_path, samples.lying(says)), Limits(10**7, most, 4, 320))
    assert refused.value.reason == reason


def test_frames_are_measured_before_they_are_decoded(tmp_path):
    with pytest.raises(UnreadableError, match="too-many-pixels"):
        decode(samples.write(tmp_path, samples.video(frames=2)), Limits(160 * 120 - 1, 60, 4, 320))


def test_a_photograph(tmp_path):
    path = samples.write(tmp_path, samples.photograph(orientation=6))
    read = decode(path, LIMITS)
    assert (read.kind, read.format, read.width, read.height) == ("picture", "image/jpeg", 48, 64)
    assert [c.name for c in read.colours] == ["red"]
    assert (read.taken, read.camera, read.place) == ("2026-03-04T12:30:00+01:00", "Canon EOS R5", None)
    assert decode(path, Limits(10**7, 60, 4, 320, gps=True)).place == (-33.85867, 151.21431)
    assert read.frames[0].rgb.shape == (64, 48, 3)


def test_a_large_picture_is_looked_at_small(tmp_path):
    read = decode(samples.write(tmp_path, samples.picture(1600, 800, "green")), LIMITS)
    (frame,) = read.frames
    assert (frame.rgb.shape, frame.scale) == ((160, 320, 3), 5.0)
    assert (read.width, read.height) == (1600, 800)


def test_a_long_picture_keeps_the_height_of_its_letters(tmp_path):
    read = decode(samples.write(tmp_path, samples.picture(9600, 100, "green")), LIMITS)
    (frame,) = read.frames
    # A picture of 9600 x 3200 would keep 320 x 107 pixels; this one has hardly more, but is not four pixels high.
    assert frame.rgb.shape == (19, 1810, 3)
    assert frame.scale == pytest.approx(9600 / 1810)
    assert LIMITS.allow(1810, 19)
    assert not LIMITS.allow(16 * 320 + 1, 1)
    assert not LIMITS.allow(400, 400)


def test_a_video(tmp_path):
    tone = 0.5 * np.sin(np.arange(2 * samples.RATE) / 20)
    read = decode(samples.write(tmp_path, samples.video(sound=tone)), LIMITS)
    assert (read.kind, read.width, read.height, read.video_codec, read.audio_codec) == (
        "video",
        160,
        120,
        "mpeg4",
        "aac",
    )
    assert (read.sample_rate, read.channels) == (samples.RATE, 1)
    assert read.fps == pytest.approx(25, abs=0.01)
    assert read.duration == pytest.approx(2, abs=0.05)
    assert [(s.begin, s.end) for s in read.scenes] == [(0, 1), (1, 2)]
    # A square moves by four of 160 pixels 25 times a second, before a background that stands still.
    assert all(s.camera == 0 for s in read.scenes)
    assert all(0.1 < s.motion < 1 for s in read.scenes)
    assert {f.scene for f in read.frames} == {0, 1}
    assert len(read.sound) / 16_000 == pytest.approx(2, abs=0.05)


def test_key_frames_are_few_and_of_all_the_video(tmp_path):
    read = decode(samples.write(tmp_path, samples.video(["red", "blue"] * 5, frames=20)), LIMITS)
    assert len(read.scenes) == 10
    assert len(read.frames) <= LIMITS.key_frames
    assert read.frames[-1].time > 4


def test_a_sound(tmp_path):
    words = ["Ann", "met", "Bob"]
    read = decode(samples.write(tmp_path, samples.sound(samples.speak(words, words))), LIMITS)
    assert (read.kind, read.format, read.audio_codec) == ("sound", "audio/flac", "flac")
    assert read.duration == pytest.approx(1.2, abs=0.01)
    assert [word for _, _, word in samples.hear(read.sound, words)] == words


def test_reading_again_says_the_same(tmp_path):
    path = samples.write(tmp_path, samples.video(["red", "green", "blue"], frames=40))
    one, other = decode(path, LIMITS), decode(path, LIMITS)
    assert one.scenes == other.scenes
    assert [(f.time, f.rgb.tobytes()) for f in one.frames] == [(f.time, f.rgb.tobytes()) for f in other.frames]
