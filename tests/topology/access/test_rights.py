"""The rights of each client: complete, as documented, and what the sources do."""

import ast
from pathlib import Path

import pytest

from topology import topics
from topology.rights import GROUPS, OPERATIONS, RIGHTS, Acl, table
from topology.topics import TOPICS, Topic

ROOT = Path(__file__).parents[3]
STAGES = ("news", "entities", "media", "sink", "suggestions", "feeds", "alerts", "corrections")
DECLARED = {name: topic for name, topic in vars(topics).items() if isinstance(topic, Topic)}


def test_the_operators_page_has_the_table():
    assert table() in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_names_no_topic_that_its_rights_lack(stage):
    """Whatever topic a stage's modules import from `topology.topics`, it reads or writes."""
    rights = RIGHTS[stage]
    named = {
        DECLARED[alias.name].name
        for path in sorted((ROOT / "streams" / stage).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "topology.topics"
        for alias in node.names
        if alias.name in DECLARED
    }
    assert named <= {topic.name for topic in (*rights.reads, *rights.writes)}
    assert topics.DEAD_LETTERS in rights.writes  # the road writes these for every stage


def test_every_group_and_topic_has_its_readers_and_writers():
    readers = {(topic.name, rights.group) for rights in RIGHTS.values() for topic in rights.reads}
    assert {(topic.name, group) for topic in TOPICS for group in topic.groups} <= readers
    written = {topic.name for client in (*STAGES, "editor") for topic in RIGHTS[client].writes}
    assert written == {topic.name for topic in TOPICS}
    assert {rights.group for name, rights in RIGHTS.items() if name in STAGES} == set(GROUPS)


def test_no_worker_administers_and_every_operation_is_known():
    for name, rights in RIGHTS.items():
        assert all(acl.operation in OPERATIONS for acl in rights.acls())
        if name in STAGES:
            assert rights.administers == rights.cluster == ()
    assert RIGHTS["sink"].acls() == [
        Acl("group", "triplewire-sink", "Read"),
        Acl("topic", "dead-letters", "Write"),
        Acl("topic", "triples", "Read"),
    ]
