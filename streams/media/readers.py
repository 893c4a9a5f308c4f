"""Lists what read a media item. It is part of the revision, so that a new reading supersedes an older one."""

from collections.abc import Sequence

from inference.media.perception import Seen
from inference.media.types import DecodedMedia, Limits
from streams.media.attributes import MODEL, VERSION
from streams.media.depicted import MODEL as CAPTION_RULE
from topology.ontology import Ontology


def readers(
    read: DecodedMedia, seen: Sequence[Seen], listener: str, limits: Limits, ontology: Ontology
) -> tuple[str, ...]:
    """Returns the models and rules that read an item, and the limits that change their results.

    It leaves out what reads only other kinds of media: a new speech recogniser does not change how a picture is read.
    It also leaves out limits whose only effect is to refuse an item.

    Args:
        read: The decoded media.
        seen: What was perceived in its frames.
        listener: Name and version of the speech recogniser.
        limits: How much of the media is decoded.
        ontology: The relations that may be extracted.
    """
    found = [MODEL, VERSION]
    if read.frames:
        looked = {name for one in seen for name in (f"{one.model} {one.model_version}", *one.others)}
        found += [f"side {limits.side}", *sorted(looked)]
    if read.kind == "video":
        found.append(f"key frames {limits.key_frames}")
    if read.kind == "picture":
        found += [f"place {limits.gps}", *CAPTION_RULE, ontology.digest]
    if read.sound is not None:
        found.append(listener)
    return tuple(found)
