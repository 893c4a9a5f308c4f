"""The own graph as data: names stand for whom the registry says, and a stopped reading goes on where it can."""

from inference.training.common import own_articles
from streams.messages.events import Entity

FULL, SHORT = (Entity.of(name, "person") for name in ("Sanae Takaichi", "Takaichi"))
JAPAN = Entity.of("Japan", "location")


def reading(number, *mentions, facts=()):
    return {
        "id": f"a{number}",
        "published_at": f"2025-01-{number + 1:02}T00:00:00Z",
        "mentions": [[e.id, e.name, e.type, list(names)] for e, names in mentions],
        "ends": [[e.id, e.name, e.type] for one, _, other in facts for e in (one, other)],
        "facts": [[one.id, relation, other.id, 0.9] for one, relation, other in facts],
    }


def test_names_are_resolved_by_the_registry_and_facts_are_stated_once():
    fact = (SHORT, "P27", JAPAN), (FULL, "P27", JAPAN)
    known = [reading(n, (FULL, ["Takaichi"]), (JAPAN, [])) for n in range(5)]
    (*_, last) = own_articles.resolved([*known, reading(5, (JAPAN, []), (SHORT, []), facts=fact)])
    assert [entity.name for entity in last.entities] == ["Japan", "Sanae Takaichi"]
    assert [tuple(f) for f in last.facts] == [(FULL.id, "P27", JAPAN.id, 0.9)]
    assert str(last.day) == "2025-01-06"


def test_what_a_kill_left_of_a_batch_is_read_again(tmp_path):
    path = tmp_path / "readings.jsonl"
    assert own_articles._whole_lines(path) == 0
    path.write_bytes(b"{}\n" * (own_articles.BATCH + 3) + b'{"id')
    assert own_articles._whole_lines(path) == own_articles.BATCH
    assert path.read_bytes() == b"{}\n" * own_articles.BATCH
