"""The list of feeds: YAML, or the OPML that feed readers export."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from streams.sources.changing_file import ChangingFile
from streams.sources.feed_record import SourceError, explain, read_bytes
from streams.sources.feeds import charset, links
from streams.sources.fetch import parse_address
from streams.sources.tokens import End, Start, tokens

LARGEST_LIST = 16 * 1024 * 1024
MOST_FEEDS = 10_000


class FeedListError(Exception):
    """The list cannot be used. The message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to ask, or a folder to look into.

    Attributes:
        address: Its http(s) address, or the path of the folder.
        every: Seconds between two polls; None for the setting's.
        private: Whether the address may be on this machine or a private network.
        name: The folder as it is listed, which is part of the ids of its files; empty for an address.
    """

    address: str
    every: float | None = None
    private: bool = False
    name: str = ""

    @property
    def folder(self) -> Path | None:
        """The folder; None for an address."""
        return None if "://" in self.address else Path(self.address)

    @property
    def host(self) -> str:
        """The host that is asked, with its port; empty for a folder."""
        return "" if self.folder else urlsplit(self.address).netloc.lower()

    @property
    def site(self) -> str:
        """What the feeds of one publisher have in common: the site of their addresses, or else the host."""
        return "" if self.folder else links.site(self.address) or self.host


class ListFile(ChangingFile[tuple[Feed, ...]]):
    """A list that may be changed while it is used."""

    def __init__(self, path: Path) -> None:
        """Reads the list.

        Raises:
            FeedListError: It cannot be used.
        """
        super().__init__(path, lambda: read_list(path), FeedListError, "feeds.list_refused")


def _no_truth(value: Any) -> Any:
    """Refuses YAML's `yes`, which would be a feed that is asked every second."""
    if isinstance(value, bool):
        raise ValueError("it is a number of seconds")  # noqa: TRY004 - pydantic makes an error of the field of it
    return value


class _Listed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: str = ""
    folder: str = ""
    every: Annotated[float, Field(ge=1, le=7 * 24 * 3600), BeforeValidator(_no_truth)] | None = None
    private: bool = False


def read_list(path: Path) -> tuple[Feed, ...]:
    """Reads a list of feeds.

    Args:
        path: A YAML file (`feeds:` with addresses, or objects of `address` or `folder`, `every` and `private`), or an
            OPML file, of which every `xmlUrl` is a feed. Relative folders are relative to the file.

    Raises:
        FeedListError: It cannot be read, or something in it is no feed.
    """
    try:
        content = read_bytes(path, LARGEST_LIST)
        # Decoded first, as an OPML may have a byte-order mark, or be UTF-16.
        text = "".join(charset.text_of(lambda: iter((content,)))[1])
        found = _opml(text, path) if text.lstrip()[:1] == "<" else tuple(_yaml(content, path))
        for feed in found:
            if not feed.folder:
                parse_address(feed.address)
    except yaml.MarkedYAMLError as error:
        # Without the lines that it quotes, in which there may be a password.
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise FeedListError(f"{path}: {line}{error.problem or 'not YAML'}") from None
    except (SourceError, yaml.YAMLError, ValueError, RecursionError) as error:
        raise FeedListError(f"{path}: {error}") from error
    repeated = [address for address, times in Counter(feed.address for feed in found).items() if times > 1]
    if repeated:
        raise FeedListError(f"{path}: {repeated[0]} is listed more than once")
    if len(found) > MOST_FEEDS:
        raise FeedListError(f"{path}: it lists {len(found)} feeds; one worker asks at most {MOST_FEEDS}")
    return found


def _yaml(content: bytes, path: Path) -> Iterator[Feed]:
    loaded = yaml.safe_load(content)
    listed = loaded.get("feeds") if isinstance(loaded, dict) and set(loaded) == {"feeds"} else None
    if not isinstance(listed, list):
        raise FeedListError(f"{path}: it must have one key, `feeds`, with a list")
    for number, one in enumerate(listed, start=1):
        yield _feed(one, f"{path}: feed {number}", path.parent)


def _feed(one: Any, where: str, folder: Path) -> Feed:
    if not isinstance(one, str | dict):
        raise FeedListError(f"{where}: it must be an address, or have an `address` or a `folder`")
    try:
        listed = _Listed.model_validate({"address": one} if isinstance(one, str) else one)
    except ValidationError as error:
        raise FeedListError(f"{where}: {explain(error)}") from error
    f"{listed.address}{listed.folder}".encode()  # halves of surrogate pairs, which YAML can write, are in no name
    if bool(listed.address) == bool(listed.folder):
        raise FeedListError(f"{where}: it must have an `address` or a `folder`")
    if listed.address and "://" not in listed.address:
        raise FeedListError(
            f"{where}: {links.without_user(listed.address)} is not an address; a folder is listed as `folder`"
        )
    address = listed.address or str(folder.absolute() / listed.folder)
    if any(ord(character) < ord(" ") for character in listed.folder):
        raise FeedListError(f"{where}: no folder has the name {listed.folder!r}")
    return Feed(address, listed.every, listed.private, listed.folder)


def _opml(text: str, path: Path) -> tuple[Feed, ...]:
    """Returns the feeds of an OPML. They are addresses and never folders: such lists come from elsewhere.

    Raises:
        FeedListError: It is no OPML, or not all of one, so that feeds would be left out, or something in it is no feed.
    """
    addresses: dict[str, None] = {}  # once each: feed readers export a feed in each of its categories
    first, ended = "", False
    for one in tokens((text,)):
        if isinstance(one, Start):
            first = first or one.name.lower()
            ended |= one.closed and one.name.lower() == "opml"
            if one.name.lower() == "outline":
                addresses.setdefault(one.attributes.get("xmlurl", ""))
        elif isinstance(one, End):
            ended |= one.name.lower() == "opml"
    if first != "opml":
        raise FeedListError(f"{path}: it is XML, but not OPML")
    if not ended:
        raise FeedListError(f"{path}: the OPML ends too early")
    for address in addresses:
        if address and "://" not in address:
            raise FeedListError(f"{path}: {links.without_user(address)[:200]!r} is not an address")
    return tuple(Feed(address) for address in addresses if address)
