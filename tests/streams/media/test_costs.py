"""What an item costs grows with its size, and no faster."""

import time

from inference.text.names.captions import cast
from streams.media.naming import named_text
from streams.messages.events import Entity, EntityMention, MediaItem


def test_a_caption_of_a_million_characters_and_100_000_names_takes_no_time():
    caption = "Ada Berg " + "x X. " * 200_000
    names = [f"Name {n}" for n in range(100_000)]
    person = EntityMention(entity=Entity(id="e", name="Ada Berg", type="person"))
    others = [
        EntityMention(entity=Entity(id=f"e{n}", name=f"Other {n}", type="person"), names=tuple(names[n : n + 64]))
        for n in range(0, len(names), 64)
    ]
    long, short = (
        MediaItem(id="m", uri="x", caption=text, mentions=(person, *others)) for text in (caption, caption[:1000])
    )
    before = time.process_time()
    assert named_text(long) is None
    found = named_text(short)
    assert found is not None
    assert [entity.id for entity, _ in found.names] == ["e"]
    # Nothing is said where somebody else may be meant.
    assert cast(caption, {"e": {"Ada Berg", *names}}) is None
    assert cast(caption[:4000], {"e": {"Ada Berg", *names}}) is None
    # Seconds of processor time; it took minutes.
    assert time.process_time() - before < 10
