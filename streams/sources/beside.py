"""Pictures that lie beside a feed: a media reference may name a `path` from the feed's folder instead of a `uri`."""

from pathlib import Path
from typing import Any


def located(loaded: Any, folder: Path) -> Any:
    """Returns a decoded article whose media have the `file:` addresses of what their paths name.

    Anything else comes back as it is: a reference that has an address already, and a path that leads out of the folder.
    Whether a worker may read the files, its own settings say (TRIPLEWIRE_MEDIA_ROOTS).

    Args:
        loaded: JSON as it was decoded; perhaps no article at all.
        folder: The feed's.
    """
    media = loaded.get("media") if isinstance(loaded, dict) else None
    if not isinstance(media, list):
        return loaded
    return {**loaded, "media": [_located(reference, folder) for reference in media]}


def _located(reference: Any, folder: Path) -> Any:
    path = reference.get("path") if isinstance(reference, dict) and "uri" not in reference else None
    if not isinstance(path, str) or not path or "\x00" in path:
        return reference
    whole = (folder / path).resolve()
    return {**reference, "uri": whole.as_uri()} if whole.is_relative_to(folder.resolve()) else reference
