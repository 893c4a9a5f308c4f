"""Files named by an address."""

from pathlib import Path
from urllib.parse import unquote, urlsplit


def file_path(uri: str) -> Path:
    """Returns the path of a `file:` address.

    Raises:
        ValueError: It is no address.
    """
    return Path(unquote(urlsplit(uri).path))
