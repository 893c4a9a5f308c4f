"""What a picture, video or sound is, as its document and triples of kind `attribute` about itself.

Predicates are Wikidata's where it has one (`topology.graph.names.ATTRIBUTES`). See docs/decisions/0017.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from inference.media.found import MediaRead
from inference.media.perception import Seen
from inference.media.tracks import Track, tracks
from streams.events import (
    MEDIA_TYPE,
    Colour,
    Document,
    Entity,
    Evidence,
    Literal_,
    MediaFacts,
    MediaItem,
    Predicate,
    Scene,
    Spot,
    TextSpan,
    Triple,
    stable_id,
)
from streams.media.fetching import Fetched

MODEL = "media"
VERSION = "1"
"""Of the decoders' rules, for the evidence."""

OBJECT_TYPE = "object"
"""Type of what is seen in a picture: one thing at one place, not a kind of thing."""

NAMED_COLOURS = 3
"""Colours of a picture that become triples at most; the document has all."""

_SAID = 0.95
"""Confidence of what only EXIF says: clocks of cameras are often wrong."""

_NAMED_SHARE = 0.1
_NAME = 1024
_NOWHERE = TextSpan(start=0, end=0, text="")


def revision_of(fetched: Fetched) -> str:
    """Returns the revision of an item: as short a hash as an article's."""
    return fetched.sha256[:16]


def told(
    item: MediaItem, fetched: Fetched, read: MediaRead, seen: Sequence[Seen], observed_at: datetime
) -> tuple[Document, list[Triple]]:
    """Says what an item is and shows.

    Args:
        item: The item.
        fetched: Its bytes.
        read: What they were decoded to.
        seen: What was seen in each frame.
        observed_at: When it reached the wire, aware.

    Returns:
        The document, which is to be published first, and its triples.
    """
    about = Entity(id=item.id, name=_name(item), type=MEDIA_TYPE)
    plain = _evidence(item, fetched, Spot(media=item.id), observed_at, (MODEL, VERSION))
    triples = [
        Triple.of(about, Predicate(id=id_, name=name), value, confidence, plain, kind="attribute")
        for id_, name, value, confidence in _attributes(fetched, read)
    ]
    model = next(((s.model, s.model_version) for s in seen if s.detections), ("", ""))
    found = tracks(read.frames, [s.detections for s in seen])
    for number, (thing, spot) in enumerate(_objects(item, found)):
        entity = Entity(
            id=stable_id("o", item.id, fetched.sha256, thing.label, number), name=thing.label, type=OBJECT_TYPE
        )
        evidence = _evidence(item, fetched, spot, observed_at, model)
        depicts = Predicate(id="P180", name="depicts")
        triples.append(Triple.of(about, depicts, entity, thing.score, evidence, kind="attribute"))
    facts = MediaFacts(
        kind=read.kind,
        uri=item.uri,
        article=item.article,
        caption=item.caption,
        sha256=fetched.sha256,
        size=fetched.size,
        format=read.format,
        colours=tuple(Colour(name=c.name, share=c.share) for c in read.colours),
        scenes=tuple(Scene(begin=s.begin, end=s.end, motion=s.motion, camera=s.camera) for s in read.scenes),
    )
    document = Document(
        id=item.id,
        revision=revision_of(fetched),
        headline=item.headline,
        url=item.url,
        source=item.source,
        published_at=item.published_at,
        observed_at=observed_at,
        mentions=item.mentions,
        triples=len(triples),
        media=facts,
    )
    return document, triples


def withdrawn(item: MediaItem, observed_at: datetime) -> Document:
    """Returns the document that withdraws an item."""
    return Document(id=item.id, op="retract", observed_at=observed_at, media=MediaFacts(kind=None))


def _name(item: MediaItem) -> str:
    return (item.caption or item.uri.rpartition("/")[2] or item.id)[:_NAME]


def _evidence(item: MediaItem, fetched: Fetched, spot: Spot, observed_at: datetime, model: tuple[str, str]) -> Evidence:
    return Evidence(
        document=item.id,
        revision=revision_of(fetched),
        field="media",
        sentence=_NOWHERE,
        subject=_NOWHERE,
        object=_NOWHERE,
        spot=spot,
        source=item.source,
        url=item.url,
        published_at=item.published_at,
        observed_at=observed_at,
        model=model[0],
        model_version=model[1],
    )


def _objects(item: MediaItem, found: Sequence[Track]) -> Iterator[tuple[Track, Spot]]:
    for thing in found:
        yield (
            thing,
            Spot(
                media=item.id,
                begin=thing.begin,
                end=thing.end,
                frame=thing.frame,
                box=thing.box,
                depth=_unit(thing.depth),
            ),
        )


def _unit(depth: float | None) -> float | None:
    return None if depth is None else round(min(1.0, max(0.0, depth)), 3)


_Attribute = tuple[str, str, Literal_ | Entity, float]
"""Predicate id and name, value and confidence."""


def _attributes(fetched: Fetched, read: MediaRead) -> Iterator[_Attribute]:
    yield "P2701", "file format", Literal_(value=read.format), 1.0
    yield "P3575", "data size", _number(fetched.size, "B"), 1.0
    numbers: tuple[tuple[str, str, float | None, str], ...] = (
        ("P2049", "width", read.width, "px"),
        ("P2048", "height", read.height, "px"),
        ("resolution", "resolution", read.width * read.height / 1e6 if read.width and read.height else None, "MP"),
        ("P2047", "duration", read.duration, "s"),
        ("frame_rate", "frame rate", read.fps, "fps"),
        ("sample_rate", "sample rate", read.sample_rate, "Hz"),
        ("channels", "channels", read.channels, ""),
    )
    for id_, name, value, unit in numbers:
        if value is not None:
            yield id_, name, _number(value, unit), 1.0
    for codec in (read.video_codec, read.audio_codec):
        if codec:
            yield "codec", "codec", Literal_(value=codec), 1.0
    for colour in read.colours[:NAMED_COLOURS]:
        if colour.share >= _NAMED_SHARE:
            yield "P462", "color", Literal_(value=colour.name), 1.0
    yield from _exif(read)


def _exif(read: MediaRead) -> Iterator[_Attribute]:
    if read.taken:
        yield "P571", "inception", Literal_(value=read.taken, datatype="xsd:dateTime"), _SAID
    if read.camera:
        yield "P4082", "captured with", Entity.of(read.camera, "product"), _SAID
    if read.place:
        latitude, longitude = read.place
        point = Literal_(value=f"POINT({longitude:.5f} {latitude:.5f})", datatype="geo:wktLiteral")
        yield "P625", "coordinate location", point, _SAID


def _number(value: float, unit: str) -> Literal_:
    if isinstance(value, int):
        return Literal_(value=str(value), datatype="xsd:integer", unit=unit)
    return Literal_(value=f"{value:.3f}", datatype="xsd:decimal", unit=unit)
