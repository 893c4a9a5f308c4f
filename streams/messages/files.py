"""`file:` addresses."""

import os
import unicodedata
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

_CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's categories of control characters, halves of surrogate pairs, and line and paragraph separators."""


def file_path(uri: str) -> Path:
    """Returns the path of a `file:` address.

    Raises:
        ValueError: It is not a valid address.
    """
    return Path(unquote(urlsplit(uri).path))


def is_plain(text: str) -> bool:
    """Returns whether a text contains neither control characters nor line breaks."""
    return not any(unicodedata.category(c) in _CONTROL for c in text)


def strict_file_path(uri: str) -> Path:
    """Returns the path of a `file:` address that somebody else wrote, if it names that file and no other.

    RFC 8089 knows neither a query nor a fragment, and no host but this one. `Path.as_uri` writes such addresses.

    Raises:
        ValueError: It is not a valid address; the message says why.
    """
    # `urlsplit` leaves out line breaks and tabs, and so would open another file.
    if not is_plain(uri):
        raise ValueError("it contains a control character or a line break")
    parts = urlsplit(uri)
    if parts.scheme.lower() != "file" or parts.netloc.lower() not in {"", "localhost"}:
        raise ValueError("it names another machine")
    if "?" in uri or "#" in uri:
        raise ValueError("a query or fragment; write ? as %3F and # as %23")
    if "%2f" in parts.path.lower() or "\\" in parts.path:
        raise ValueError("a slash within a name")
    # As `Path.as_uri` encodes it: bytes of a name need not be UTF-8.
    raw = unquote_to_bytes(parts.path)
    if any(byte < 0x20 or byte == 0x7F for byte in raw) or not is_plain(raw.decode(errors="ignore")):  # noqa: PLR2004
        raise ValueError("its name contains a control character or a line break")
    if b".." in raw.split(b"/"):
        raise ValueError("it leads upwards (`..`)")
    if not raw.startswith(b"/"):
        raise ValueError("it is not absolute")
    return Path(os.fsdecode(raw))
