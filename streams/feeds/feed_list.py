"""The list of feeds: YAML, or the OPML that feed readers export."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from streams.sources.changing_file import ChangingFile
from streams.sources.feed_record import SourceError, explain, read_bytes
from streams.sources.feeds import charset, links
from streams.sources.fetch import parse_address
from streams.sources.tokens import Start, tokens

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


class _Listed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: str = ""
    folder: str = ""
    every: Annotated[float, Field(ge=1, le=7 * 24 * 3600)] | None = None
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
        found = _opml(content) if content.lstrip()[:1] == b"<" else tuple(_yaml(content, path))
        for feed in found:
            if not feed.folder:
                parse_address(feed.address)
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
    try:
        listed = _Listed.model_validate({"address": one} if isinstance(one, str) else one)
    except ValidationError as error:
        raise FeedListError(f"{where}: {explain(error)}") from error
    if bool(listed.address) == bool(listed.folder):
        raise FeedListError(f"{where}: it must have an `address` or a `folder`")
    if listed.address and "://" not in listed.address:
        raise FeedListError(f"{where}: {listed.address} is not an address; a folder is listed as `folder`")
    address = listed.address or str(folder.absolute() / listed.folder)
    address.encode()  # halves of surrogate pairs, which YAML can write, are in no name
    return Feed(address, listed.every, listed.private, listed.folder)


def _opml(content: bytes) -> tuple[Feed, ...]:
    _, text = charset.text_of(lambda: iter((content,)))
    outlines = (one for one in tokens(text) if isinstance(one, Start) and one.name.lower() == "outline")
    addresses = (outline.attributes.get("xmlurl", "") for outline in outlines)
    # Feed readers export a feed in each of its categories.
    return tuple(Feed(address) for address in dict.fromkeys(addresses) if address)
