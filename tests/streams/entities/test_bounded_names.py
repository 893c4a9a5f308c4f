"""What is remembered of a name fits a message, whatever documents use it for."""

from streams.entities.gazetteer import shipped
from streams.entities.memory import MOST_STOOD_FOR, EntityName, Memory
from streams.entities.sketch import SIZE, hashed
from streams.messages.base import entity_id

ALIAS = EntityName(entity_id("X", "person"), "X", "person")
MEANT = [EntityName(entity_id(f"Xavier {n}", "person"), f"Xavier {n}", "person") for n in range(MOST_STOOD_FOR + 50)]


def remembered(uses: list[tuple[EntityName, str]]) -> tuple[dict[str, list[int]], set[str]]:
    memory = Memory(shipped())
    for one, document in uses:
        memory.stands_for(ALIAS, one, hashed(document))
    named = {id_ for id_, aliases in memory.named_by.items() if ALIAS.id in aliases}
    return {id_: sketch.hashes for id_, sketch in memory.known[ALIAS.id].stood_for.items()}, named


def test_only_the_most_used_are_kept_in_whatever_order_they_came() -> None:
    often = [(MEANT[-1], f"often-{n}") for n in range(SIZE)]
    once = [(one, f"once-{one.id}") for one in MEANT[:-1]]
    kept, named = remembered([*often, *once])
    assert len(kept) == MOST_STOOD_FOR
    assert kept.keys() == named
    assert MEANT[-1].id in kept
    for other_order in (once[::-1], once[1::2] + once[::2]):
        assert remembered([*often, *other_order]) == (kept, named)
