"""Pictures, videos and sound: from `raw-media` to attributes, objects and derived articles."""

from streams.media.stage import MediaStage

__all__ = ["MediaStage"]
