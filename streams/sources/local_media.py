"""Local pictures of a feed: a media reference may give a `path`, relative to the feed's folder, instead of a `uri`."""

from pathlib import Path
from typing import Any


def with_file_uris(loaded: Any, folder: Path) -> Any:
    """Returns a decoded article in which each media `path` is replaced by the `file:` URI of that file.

    A reference that has a `uri`, and a path that leads out of the folder, are left unchanged. Whether a worker may read
    the files is up to its own settings (TRIPLEWIRE_MEDIA_ROOTS).

    Args:
        loaded: Decoded JSON, which need not be an article.
        folder: The feed's folder.
    """
    media = loaded.get("media") if isinstance(loaded, dict) else None
    if not isinstance(media, list):
        return loaded
    return {**loaded, "media": [_with_file_uri(reference, folder) for reference in media]}


def _with_file_uri(reference: Any, folder: Path) -> Any:
    path = reference.get("path") if isinstance(reference, dict) and "uri" not in reference else None
    if not isinstance(path, str) or not path or "\x00" in path:
        return reference
    whole = (folder / path).resolve()
    return {**reference, "uri": whole.as_uri()} if whole.is_relative_to(folder.resolve()) else reference
