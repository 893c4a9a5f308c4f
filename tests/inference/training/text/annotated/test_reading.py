"""The labels of annotated news: whole by themselves, and never laid over another text."""

import json
from itertools import pairwise

import pytest

from inference.training.text.annotated import reading
from inference.training.text.annotated.reading import MODALITIES, PARTS, TextMismatchError, annotated, digest
from topology.ontology import ROLES, load_ontology
from topology.settings import REPOSITORY

ROWS = {
    part: [json.loads(line) for line in reading.labels(part).read_text(encoding="utf-8").splitlines()] for part in PARTS
}
ONTOLOGY = load_ontology(REPOSITORY / "topology" / "ontology.yaml")
TYPES = {spec.name for spec in ONTOLOGY.entity_types} | {"office"}


def test_no_item_is_in_two_parts():
    ids = [row["id"] for rows in ROWS.values() for row in rows]
    assert len(ids) == len(set(ids))


def test_the_yardstick_has_the_sizes_that_its_page_says():
    sizes = {part: (sum(r["id"].startswith("wce-") for r in rows), len(rows)) for part, rows in ROWS.items()}
    assert sizes["test"] == (250, 260)
    assert sizes["dev"] == (150, 158)
    assert sizes["train"] == (600, 622)


def test_the_test_part_is_newer_than_what_trains():
    newest = max(r["id"] for part in ("train", "dev", "more") for r in ROWS[part] if r["id"].startswith("wce-"))
    assert min(r["id"] for r in ROWS["test"] if r["id"].startswith("wce-")) > newest


@pytest.mark.parametrize("part", PARTS)
def test_labels_are_whole(part):
    for row in ROWS[part]:
        spans = sorted((m[0], m[1]) for entity in row["entities"] for m in entity["mentions"])
        assert all(start < end for start, end in spans), row["id"]
        assert all(one[1] <= other[0] for one, other in pairwise(spans)), row["id"]
        known = range(len(row["entities"]))
        for entity in row["entities"]:
            assert entity["type"] in TYPES
            assert entity["mentions"], row["id"]
            assert entity.get("of") is None or entity["of"] in known
        for fact in row["facts"]:
            assert fact["relation"] in ONTOLOGY.by_id, row["id"]
            assert {fact["subject"], fact["object"]} <= set(known)
            assert fact.get("modality", "asserted") in MODALITIES
        for happening in row["happenings"]:
            assert happening["trigger"][0] < happening["trigger"][1]
            assert {role for role, _ in happening["roles"]} <= set(ROLES)
            assert {filler for _, filler in happening["roles"]} <= set(known)


@pytest.fixture
def data(tmp_path, monkeypatch):
    item = {
        "id": "a",
        "headline": "Talks",
        "body": "Indonesian minister Ana Sari resigned.",
        "published_at": "2026-01-01",
    }
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "current-events.jsonl").write_text(json.dumps(item))
    (tmp_path / "feeds" / "gsa-posts.jsonl").write_text("")
    text = "Talks\nIndonesian minister Ana Sari resigned."
    row = {
        "id": "a",
        "text": digest(text),
        "entities": [
            {"type": "location", "mentions": [[6, 16, "adjective"]], "name": "Indonesia"},
            {"type": "office", "mentions": [[17, 25]], "of": 0},
            {"type": "person", "mentions": [[26, 34]]},
        ],
        "facts": [{"subject": 2, "relation": "P39", "object": 1, "modality": "past"}],
        "happenings": [{"class": "resignation", "trigger": [35, 43], "roles": [["who", 2], ["what", 1]]}],
    }
    (tmp_path / "train.jsonl").write_text(json.dumps(row))
    monkeypatch.setattr(reading, "FOLDER", tmp_path)
    return tmp_path


def test_labels_are_joined_with_their_text(data):
    (text,) = annotated(data, "train")
    names = [text.text[m.start : m.end] for entity in text.entities for m in entity.mentions]
    assert names == ["Indonesian", "minister", "Ana Sari"]
    assert text.entities[0].mentions[0].form == "adjective"
    assert (text.facts[0].relation, text.facts[0].modality) == ("P39", "past")
    (happening,) = text.happenings
    assert text.text[slice(*happening.trigger)] == "resigned"
    assert happening.roles == (("who", 2), ("what", 1))


def test_a_text_that_has_changed_is_refused(data):
    feed = data / "feeds" / "current-events.jsonl"
    feed.write_text(feed.read_text().replace("resigned", "stays on"))
    with pytest.raises(TextMismatchError, match="another text"):
        list(annotated(data, "train"))


def test_a_missing_item_is_refused(data):
    (data / "feeds" / "current-events.jsonl").write_text("")
    with pytest.raises(TextMismatchError, match="no item a"):
        list(annotated(data, "train"))
