"""A relation added by name and description only is extracted by the shipped model on a real Triton."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from topology.settings import settings

pytestmark = pytest.mark.live

HACKED = {
    "id": "hacked",
    "name": "hacked",
    "description": "organization whose computers the attackers broke into",
    "domain": ["organization"],
    "range": ["organization"],
}
ARTICLES = [
    ("a1", "Lazarus hacked Bybit in February, the FBI said."),
    ("a2", "Satya Nadella, the chief executive of Microsoft, spoke in Seattle on Monday."),
]


def extract(folder, triton, relations, **env):
    """Returns the triples that `triplewire extract` writes with these relations beside the shipped ontology's."""
    articles, found, ontology = (folder / name for name in ("in.jsonl", "out.jsonl", "ontology.yaml"))
    articles.write_text("\n".join(json.dumps({"id": i, "headline": "", "body": body}) for i, body in ARTICLES))
    shipped = yaml.safe_load(settings().ontology.read_text(encoding="utf-8"))
    ontology.write_text(yaml.safe_dump({**shipped, "relations": shipped["relations"] + relations}))
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from topology.cli import app; app()",
            *("extract", articles, found, "--observed-at", "2026-01-02T00:00:00"),
        ],
        env={**os.environ, "TRIPLEWIRE_TRITON": triton, "TRIPLEWIRE_ONTOLOGY": str(ontology), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in found.read_text(encoding="utf-8").splitlines()]


def revisions(triples):
    return {triple["evidence"]["revision"] for triple in triples}


def test_a_name_and_a_description_make_a_relation_extractable(triton, tmp_path):
    plain = extract(tmp_path, triton, [])
    more = extract(tmp_path, triton, [HACKED])
    assert more == extract(tmp_path, triton, [HACKED])
    easier = extract(tmp_path, triton, [HACKED], TRIPLEWIRE_OPEN_RELATION_THRESHOLD="0.01")
    assert not revisions(easier) & revisions(more)
    added = [triple for triple in more if triple["predicate"]["id"] == "hacked"]
    assert [(t["subject"]["name"], t["predicate"]["name"], t["object"]["name"]) for t in added] == [
        ("Lazarus", "hacked", "Bybit")
    ]
    assert added[0]["evidence"]["sentence"]["text"] == ARTICLES[0][1]
    # Everything else is as without the relation, but of another revision: the ontology is a part of it.
    assert [said(triple) for triple in more if triple not in added] == [said(triple) for triple in plain]
    assert plain


def said(triple):
    evidence = {**triple["evidence"], "revision": ""}
    return {**triple, "id": "", "evidence": evidence}
