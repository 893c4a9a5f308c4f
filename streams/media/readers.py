"""What read a media item: a part of its revision, so that another reading takes the place of an older one."""

from collections.abc import Sequence

from inference.media.perception import Seen
from inference.media.types import Limits, MediaRead
from streams.media.attributes import MODEL, VERSION
from streams.media.depicted import MODEL as CAPTION_RULE
from topology.ontology import Ontology


def readers(
    read: MediaRead, seen: Sequence[Seen], listener: str, limits: Limits, ontology: Ontology
) -> tuple[str, ...]:
    """Returns what had a part in reading an item: models, rules, and the limits that change what they find.

    What only other kinds of media are read with is left out: another recogniser of speech changes nothing of a picture.
    So are the limits that an item either keeps or is refused for.

    Args:
        read: What its bytes were decoded to.
        seen: What was seen in its frames.
        listener: Name and version of what listens.
        limits: How much is decoded.
        ontology: Which relations are told of it.
    """
    by = [MODEL, VERSION]
    if read.frames:
        looked = {name for one in seen for name in (f"{one.model} {one.model_version}", *one.others)}
        by += [f"side {limits.side}", *sorted(looked)]
    if read.kind == "video":
        by.append(f"key frames {limits.key_frames}")
    if read.kind == "picture":
        by += [f"place {limits.gps}", *CAPTION_RULE, ontology.digest]
    if read.sound is not None:
        by.append(listener)
    return tuple(by)
