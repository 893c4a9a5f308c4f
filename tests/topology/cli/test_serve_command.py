"""What `triplewire serve` refuses before it listens, and the tokens that `serve-token` makes."""

import pytest
from typer.testing import CliRunner

from streams.api.tokens import TokenFile
from streams.road import logs
from topology.cli import app
from topology.settings import settings


@pytest.fixture(autouse=True)
def own_settings(monkeypatch):
    monkeypatch.setattr(logs, "configure_logging", lambda: None)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("variables", "options", "says"),
    [
        ({}, ["--host", "0.0.0.0"], "TRIPLEWIRE_SERVE_TOKENS"),  # noqa: S104  # that it is refused is the point
        ({"TRIPLEWIRE_SERVE_TOKENS": "/nowhere.yaml"}, [], "/nowhere.yaml cannot be read"),
        ({"TRIPLEWIRE_SERVE_ORIGINS": "*"}, [], "every web page"),
        ({"TRIPLEWIRE_KAFKA_CA": "/nowhere.pem"}, [], "TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL"),
    ],
)
def test_what_cannot_be_served_safely_is_refused_in_one_line(monkeypatch, variables, options, says):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(app, ["serve", *options])
    assert result.exit_code == 1
    (line,) = result.output.splitlines()
    assert says in line


def test_a_new_token_is_shown_once_and_its_lines_admit_it(tmp_path):
    file = tmp_path / "tokens.yaml"
    secrets = []
    for name, options in (('desk: the "first"', []), ("wall", ["--scope", "stream", "--expires", "2999-12-31"])):
        result = CliRunner().invoke(app, ["serve-token", name, *options])
        assert result.exit_code == 0
        secrets.append(result.stderr.split()[-1])
        assert secrets[-1] not in result.stdout
        with file.open("a") as appended:
            appended.write(result.stdout)
    admitting = TokenFile(file)
    desk, wall = map(admitting.admitted, secrets)
    assert (desk.name, desk.scopes, desk.expires) == ('desk: the "first"', {"read"}, None)
    assert (wall.scopes, str(wall.expires)) == ({"stream"}, "2999-12-31")


@pytest.mark.parametrize("given", [[""], ["x" * 101], ["a", "--scope", "write"]])
def test_a_token_without_a_name_or_of_no_scope_is_not_made(given):
    result = CliRunner().invoke(app, ["serve-token", *given])
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
