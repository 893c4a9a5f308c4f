"""Reads pictures, videos and sound from `raw-media`; publishes their attributes, objects and derived articles."""

from streams.media.stage import MediaStage

__all__ = ["MediaStage"]
