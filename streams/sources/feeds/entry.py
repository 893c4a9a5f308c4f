"""An entry of any kind of feed, as the publisher wrote it, and the feed that it is in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, video or sound recording that an entry names.

    Attributes:
        address: Its address as written, which may be relative.
        type: Its media type (`image/jpeg`), or only the first part of it; empty if unknown.
        caption: Its caption.
        width: Width in pixels; 0 if unknown.
        thumbnail: Whether it only stands for another one.
        group: Number of the group of renditions of one item; 0 for none.
    """

    address: str
    type: str = ""
    caption: str = ""
    width: int = 0
    thumbnail: bool = False
    group: int = 0


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed.

    Attributes:
        title: Its name.
        link: Address of the publisher's site; empty if unknown.
        id: The feed's own id, or the address where it says it is; empty if unknown.
        language: BCP 47 tag; empty if unknown.
        author: Who wrote every entry that names nobody; empty if unknown.
        name: The address or file name that it was read from.
    """

    title: str = ""
    link: str = ""
    id: str = ""
    language: str = ""
    author: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry.

    Attributes:
        number: Its place in the feed, from 1.
        guid: The publisher's id of it; empty if there is none.
        link: Its address in full, without tracking parameters, for its id; empty if there is none.
        url: The same to publish; empty if there is none that has no user name in it.
        base: The address that relative ones in its text are relative to.
        title: Its headline as HTML.
        texts: Its texts as HTML: the full one and the summary, or one of them.
        author: The byline.
        source: The publisher it was taken from, if the entry names one.
        sections: Its categories.
        published: When it was published, as written.
        updated: When it was changed, as written.
        language: BCP 47 tag; empty if it says none of its own.
        media: The media it names, except those within its texts.
        cut: Why it is not all here; empty if it is.
        deleted: Whether its publisher says here that it is withdrawn; then it has nothing but a guid.
    """

    number: int
    guid: str = ""
    link: str = ""
    url: str = ""
    base: str = ""
    title: str = ""
    texts: tuple[str, ...] = ()
    author: str = ""
    source: str = ""
    sections: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    language: str = ""
    media: tuple[Medium, ...] = ()
    cut: str = ""
    deleted: bool = False
