"""`file:` addresses."""

from pathlib import Path
from urllib.parse import unquote, urlsplit


def file_path(uri: str) -> Path:
    """Returns the path of a `file:` address.

    Raises:
        ValueError: It is not a valid address.
    """
    return Path(unquote(urlsplit(uri).path))
