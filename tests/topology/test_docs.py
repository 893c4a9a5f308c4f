"""What the documentation points at exists: files, headings, commands and settings."""

import re

import pytest
import typer.main
from typer.core import TyperGroup

from tests.topology.deployment import ROOT, variables
from topology.cli import app
from topology.pages.settings import environment_name
from topology.settings import Settings

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def anchors(text: str) -> set[str]:
    """Returns the anchors of a page's headings: lower case, spaces to dashes, punctuation dropped."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path) if path else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_commands_exist(page):
    for words in re.findall(r"\btriplewire ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", code(page)):
        command = typer.main.get_command(app)
        for word in words.split():
            if isinstance(command, TyperGroup):
                assert word in command.commands, f"triplewire {words}"
                command = command.commands[word]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_variables_exist(page):
    known = {environment_name(field) for field in Settings.model_fields} | variables()
    assert set(re.findall(r"\bTRIPLEWIRE_[A-Z0-9_]+\b", page.read_text(encoding="utf-8"))) <= known


def test_the_examples_are_twenty_lines_of_code_and_know_nothing_of_the_project():
    for example in (ROOT / "docs" / "examples").glob("*.py"):
        lines = example.read_text(encoding="utf-8").splitlines()
        assert sum(bool(line.strip()) for line in lines) <= 20
        assert not any(re.match(r"\s*(from|import) (streams|inference|topology)\b", line) for line in lines)


def code(page) -> str:
    """Returns a page's code: fenced blocks without shell comments, and what stands in backticks."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return "\n".join([*(re.sub(r"(^| )#.*", "", block, flags=re.MULTILINE) for block in blocks), *inline])
