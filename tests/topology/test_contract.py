"""The generated schemas and pages are up to date, and the schemas mean what the models mean."""

import json

import pytest
import typer.main
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from typer.testing import CliRunner

from streams.messages import events
from topology import contract
from topology.cli import app
from topology.ontology import load_ontology
from topology.pages import cli as cli_page
from topology.pages import generated, triples
from topology.pages import settings as settings_page
from topology.settings import settings


def cli_files():
    return cli_page.files(typer.main.get_command(app))


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((contract.SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.parametrize("files", [contract.files, triples.files, settings_page.files, cli_files])
def test_generated_files_are_up_to_date(files):
    assert generated.stale(files()) == []


def test_every_schema_in_the_folder_is_generated():
    assert set(contract.SCHEMAS.glob("*.json")) == set(contract.files())


def test_the_published_example_is_valid_and_its_offsets_are_right():
    document, triple = contract.example()
    validator("document").validate(json.loads(document.model_dump_json()))
    validator("triple").validate(json.loads(triple.model_dump_json()))
    sentence = triple.evidence.sentence
    for span in (triple.evidence.subject, triple.evidence.object):
        assert sentence.text[span.start - sentence.start : span.end - sentence.start] == span.text


def test_the_examples_on_the_page_are_what_the_models_accept():
    blocks = triples.PAGE.read_text(encoding="utf-8").split("```json\n")[1:]
    texts = [block.split("```")[0] for block in blocks]
    assert [events.Document.model_validate_json(texts[0]), events.Triple.model_validate_json(texts[1])] == list(
        contract.example()
    )
    assert events.Triple.model_validate_json(texts[2]) == contract.happening_example()[-1]


def test_the_example_of_a_happening_is_what_the_shipped_ontology_says_of_its_class():
    first, *roles = contract.happening_example()
    assert (first.predicate.id, first.object) == ("P31", events.Entity.of("attack", "happening_class"))
    declared = load_ontology(settings().ontology).happening_by_id["attack"].by_role
    for triple in roles:
        role = declared[triple.predicate.id]
        assert (triple.predicate.name, triple.predicate.wikidata) == (role.name, role.property or None)
        assert triple.subject == first.subject
        validator("triple").validate(json.loads(triple.model_dump_json()))
    validator("story").validate(json.loads(contract.story_example().model_dump_json()))


@pytest.mark.parametrize(
    "article",
    [
        {"id": "a", "body": "Text."},
        {
            "id": "a",
            "body": "Text.",
            "published_at": "2026-01-02T03:04:05+01:00",
            "media": [{"uri": "https://e.org/x"}],
        },
        {"id": "a", "op": "retract"},
        {"id": "a", "body": "Text.", "a field of next year": 1},
    ],
)
def test_what_the_article_schema_allows_the_model_takes(article):
    validator("article").validate(article)
    events.Article.model_validate(article)


@pytest.mark.parametrize(
    "article",
    [
        {"body": "Text."},
        {"id": "", "body": "x"},
        {"id": 7, "body": "x"},
        {"id": "a", "op": "delete"},
        {"id": "a", "body": None},
    ],
)
def test_what_the_article_schema_refuses_the_model_refuses(article):
    with pytest.raises(ValidationError):
        validator("article").validate(article)
    with pytest.raises(ValueError, match="validation error"):
        events.Article.model_validate(article)


@pytest.mark.parametrize("part", ["id", "fact", "subject", "predicate", "object", "confidence", "evidence", "kind"])
def test_consumers_find_every_field_of_a_triple(part):
    triple = json.loads(contract.example()[1].model_dump_json())
    del triple[part]
    with pytest.raises(ValidationError, match=part):
        validator("triple").validate(triple)


def test_every_public_field_says_what_it_means():
    for model in triples.PARTS:
        assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("command", ["schemas", "settings"])
def test_check_names_what_is_behind(command, tmp_path, monkeypatch):
    page = triples if command == "schemas" else settings_page
    behind = tmp_path / "page.md"
    monkeypatch.setattr(page, "PAGE", behind)
    result = CliRunner().invoke(app, [command, "--check"])
    assert result.exit_code == 1
    assert f"{behind}; run `triplewire {command} --write`" in result.output
    assert CliRunner().invoke(app, [command, "--write"]).output == f"wrote {behind}\n"
    assert CliRunner().invoke(app, [command, "--check"]).exit_code == 0


def test_writing_where_there_is_no_repository_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(settings_page, "PAGE", tmp_path / "docs" / "settings.md")
    result = CliRunner().invoke(app, ["settings", "--write"])
    assert result.exit_code == 1
    assert "run this in a checkout of the repository" in result.output
