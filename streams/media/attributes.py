"""Describes a picture, video or sound: its document, and triples of kind `attribute` about it.

Predicates are Wikidata's where it has one (`topology.graph.names.ATTRIBUTES`). See docs/decisions/0017.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from inference.media.types import DecodedMedia
from streams.media.fetching import Fetched
from streams.media.objects import SeenObject
from streams.media.provenance import Provenance
from streams.messages.events import (
    Colour,
    Document,
    Entity,
    Literal_,
    MediaFacts,
    MediaItem,
    Predicate,
    Scene,
    Spot,
    Triple,
)

MODEL = "media"
VERSION = "2"
"""Version of the rules of decoding and tracking, as evidence cites it. Since 2, tracks follow the motion between key
frames, texts go on over cuts, and long pictures keep more pixels."""

NAMED_COLOURS = 3
"""At most so many colours of a picture become triples; the document has all of them."""

_EXIF_CONFIDENCE = 0.95
"""Confidence of what only EXIF states: the clocks of cameras are often wrong."""

_NAMED_SHARE = 0.1
"""Share of the picture that a colour needs to become a triple."""


def describe(
    provenance: Provenance,
    read: DecodedMedia,
    found: Sequence[SeenObject],
    detector: tuple[str, str],
    *,
    further: Sequence[Triple] = (),
    derived: Sequence[str] = (),
) -> tuple[Document, list[Triple]]:
    """Describes an item and what it shows.

    Args:
        provenance: The item.
        read: The decoded media.
        found: The objects that it shows.
        detector: Name and version of the model that found them.
        further: Further triples about the item.
        derived: Ids of the articles that are derived from it.

    Returns:
        The document, which must be published first, and its triples.
    """
    item, fetched, about = provenance.item, provenance.fetched, provenance.entity
    plain = provenance.evidence(Spot(media=item.id), (MODEL, VERSION))
    triples = [
        Triple.of(about, Predicate(id=id_, name=name), value, confidence, plain, kind="attribute")
        for id_, name, value, confidence in _attributes(fetched, read)
    ]
    depicts = Predicate(id="P180", name="depicts")
    for seen in found:
        proof = provenance.evidence(seen.spot, detector)
        triples.append(Triple.of(about, depicts, seen.entity, seen.track.score, proof, kind="attribute"))
    triples += further
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
        revision=provenance.revision,
        headline=item.headline,
        url=item.url,
        source=item.source,
        published_at=item.published_at,
        observed_at=provenance.observed_at,
        mentions=item.mentions,
        triples=len(triples),
        brings=tuple(derived),
        media=facts,
    )
    return document, triples


def withdrawn(item: MediaItem, observed_at: datetime) -> Document:
    """Returns the document that withdraws an item."""
    return Document(id=item.id, op="retract", erase=item.erase, observed_at=observed_at, media=MediaFacts(kind=None))


_Attribute = tuple[str, str, Literal_ | Entity, float]
"""Predicate id and name, value and confidence."""


def _attributes(fetched: Fetched, read: DecodedMedia) -> Iterator[_Attribute]:
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


def _exif(read: DecodedMedia) -> Iterator[_Attribute]:
    if read.taken:
        yield "P571", "inception", Literal_(value=read.taken, datatype="xsd:dateTime"), _EXIF_CONFIDENCE
    if read.camera:
        yield "P4082", "captured with", Entity.of(read.camera, "product"), _EXIF_CONFIDENCE
    if read.place:
        latitude, longitude = read.place
        point = Literal_(value=f"POINT({longitude:.5f} {latitude:.5f})", datatype="geo:wktLiteral")
        yield "P625", "coordinate location", point, _EXIF_CONFIDENCE


def _number(value: float, unit: str) -> Literal_:
    if isinstance(value, int):
        return Literal_(value=str(value), datatype="xsd:integer", unit=unit)
    return Literal_(value=f"{value:.3f}", datatype="xsd:decimal", unit=unit)
