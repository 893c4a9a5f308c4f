"""Options of clients from the settings: what contradicts itself is an error that names them; no secret is shown."""

import logging
import ssl
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from tests.helpers.certificates import Authority
from tests.helpers.token_server import CLIENT, SECRET, TokenServer
from topology.access.errors import AccessError
from topology.access.kafka import client_options, embedded_options
from topology.access.oauth import ClientCredentials, TokenRefusedError, TokenUnavailableError
from topology.access.secret_settings import secret
from topology.access.triton import triton_headers, triton_options
from topology.cli import app
from topology.graph.connection import connect
from topology.settings import Settings

PASSWORD = "hunter22-of-the-wire"


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


def test_nothing_set_is_plain():
    assert client_options("a:1, b:2", Settings()) == {
        "bootstrap_servers": ["a:1", "b:2"],
        "security_protocol": "PLAINTEXT",
    }
    assert triton_options(Settings()) == {}
    assert triton_headers(Settings()) is None


def test_tls_checks_the_name_and_refuses_old_versions(authority):
    options = client_options("a:1", Settings(kafka_security_protocol="SSL", kafka_ca=str(authority.file)))
    context = options["ssl_context"]
    assert context.check_hostname
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_a_login(mechanism):
    declared = Settings(
        kafka_security_protocol="SASL_PLAINTEXT",
        kafka_sasl_mechanism=mechanism,
        kafka_user="wire",
        kafka_password=PASSWORD,
    )
    options = client_options("a:1", declared)
    assert (options["sasl_mechanism"], options["sasl_plain_username"]) == (mechanism, "wire")
    assert options["sasl_plain_password"] == PASSWORD
    assert PASSWORD not in repr(declared)
    assert "sasl_plain_password" not in embedded_options("a:1")


WRONG = {
    "a CA without TLS": ({"kafka_ca": "ca.pem"}, "KAFKA_SECURITY_PROTOCOL"),
    "a user without a login": ({"kafka_user": "wire"}, "KAFKA_SECURITY_PROTOCOL"),
    "a login without a user": ({"kafka_security_protocol": "SASL_SSL"}, "KAFKA_USER"),
    "OAUTHBEARER without an address": (
        {"kafka_security_protocol": "SASL_SSL", "kafka_sasl_mechanism": "OAUTHBEARER"},
        "KAFKA_OAUTH_URL",
    ),
    "tokens in the clear": (
        {
            "kafka_security_protocol": "SASL_SSL",
            "kafka_sasl_mechanism": "OAUTHBEARER",
            "kafka_oauth_url": f"http://client:{PASSWORD}@login.example/token",
            "kafka_oauth_client": "c",
            "kafka_oauth_secret": PASSWORD,
        },
        "KAFKA_OAUTH_URL must be an https address",
    ),
    "wrong extensions": (
        {
            "kafka_security_protocol": "SASL_SSL",
            "kafka_sasl_mechanism": "OAUTHBEARER",
            "kafka_oauth_url": "https://login.example/token",
            "kafka_oauth_client": "c",
            "kafka_oauth_secret": PASSWORD,
            "kafka_oauth_extensions": "cluster",
        },
        "KAFKA_OAUTH_EXTENSIONS",
    ),
    "no certificate": ({"kafka_security_protocol": "SSL", "kafka_ca": "/nowhere"}, "KAFKA_CA"),
    "no secret's file": (
        {"kafka_security_protocol": "SASL_SSL", "kafka_user": "u", "kafka_password_file": "/nowhere"},
        "KAFKA_PASSWORD_FILE",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_contradicts_itself_names_the_setting(case):
    given, setting = WRONG[case]
    with pytest.raises(AccessError, match=f"TRIPLEWIRE_{setting}") as raised:
        client_options("a:1", Settings(**given))
    assert PASSWORD not in str(raised.value)


def test_files_that_are_not_pem_or_do_not_belong_together(authority, tmp_path):
    text = tmp_path / "text"
    text.write_text("no certificate")
    ours, other = authority.pair("ours", password="right"), authority.pair("other")
    tls = {"kafka_security_protocol": "SSL"}
    for given, words in (
        ({"kafka_ca": str(text)}, "no certificate in PEM"),
        ({"kafka_certificate": str(text)}, "KAFKA_CERTIFICATE"),
        ({"kafka_certificate": str(ours.certificate), "kafka_key": str(other.key)}, "key values mismatch"),
        ({"kafka_certificate": str(ours.both), "kafka_key_password": "wrong"}, "its password"),
    ):
        with pytest.raises(AccessError, match=words):
            client_options("a:1", Settings(**tls, **given))
    client_options("a:1", Settings(**tls, kafka_certificate=str(ours.both), kafka_key_password="right"))


def test_a_secret_s_file_takes_precedence_and_is_read_again(tmp_path):
    file = tmp_path / "token"
    file.write_text("one\r\n")
    declared = Settings(triton_token="zero", triton_token_file=str(file))
    assert triton_headers(declared) == {"authorization": "Bearer one"}
    file.write_text("two")
    assert triton_headers(declared) == {"authorization": "Bearer two"}
    file.write_text("\n")
    with pytest.raises(AccessError, match="is empty"):
        triton_headers(declared)


def test_kafka_s_files_are_read_once(authority, tmp_path):
    """A file that vanishes later fails no record: stages make clients while they work."""
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    declared = Settings(
        kafka_security_protocol="SASL_SSL", kafka_ca=str(authority.file), kafka_user="u",
        kafka_password_file=str(password),
    )  # fmt: skip
    before = client_options("a:1", declared)
    password.unlink()
    authority.file.unlink()
    assert client_options("b:1", declared) == before | {"bootstrap_servers": ["b:1"]}


def test_each_secret_has_a_file():
    secrets = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert len(secrets) == 8
    for name in secrets:
        assert f"{name}_file" in Settings.model_fields
        assert secret(Settings(**{name: PASSWORD}), name) == PASSWORD


def test_triton_s_certificate_and_key_belong_together(authority):
    pair = authority.pair("ours")
    with pytest.raises(AccessError, match="TRITON_TLS"):
        triton_options(Settings(triton_ca=str(authority.file)))
    with pytest.raises(AccessError, match="TRITON_KEY"):
        triton_options(Settings(triton_tls=True, triton_certificate=str(pair.certificate)))


async def test_neo4j_s_authority_needs_an_address_with_tls(authority):
    for scheme, fits in (("bolt", False), ("neo4j+ssc", False), ("bolt+s", True), ("neo4j+s", True)):
        declared = Settings(neo4j=f"{scheme}://localhost:1", neo4j_ca=str(authority.file))
        if fits:
            async with connect(declared) as driver:
                assert driver.encrypted
        else:
            with pytest.raises(AccessError, match="TRIPLEWIRE_NEO4J"):
                connect(declared)


@pytest.fixture
def tokens():
    server = TokenServer("wire")
    yield server
    server.close()


async def test_a_token_is_kept_and_renewed_before_it_expires(tokens, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    provider = ClientCredentials(tokens.url, CLIENT, SECRET)
    first = await provider.token()
    now[0] += 0.79 * tokens.life
    assert await provider.token() == first
    now[0] += 0.02 * tokens.life  # four fifths of its life are over
    await provider.token()
    assert tokens.given == 2
    # The address is away: the token is used until it expires, and not after.
    tokens.down = True
    now[0] += 0.9 * tokens.life
    await provider.token()
    now[0] += 0.2 * tokens.life
    with pytest.raises(TokenUnavailableError, match="status 503"):
        await provider.token()


async def test_a_refused_client_and_a_silent_address_are_told_apart(tokens):
    with pytest.raises(TokenRefusedError, match=r"invalid_client.*TRIPLEWIRE_KAFKA_OAUTH_CLIENT") as refused:
        await ClientCredentials(tokens.url, CLIENT, PASSWORD).token()
    assert PASSWORD not in str(refused.value)
    with pytest.raises(TokenUnavailableError) as silent:
        await ClientCredentials("http://127.0.0.1:1/token", CLIENT, PASSWORD).token()
    assert not isinstance(silent.value, TokenRefusedError)


def test_no_secret_is_shown_by_settings_errors_or_logs(monkeypatch, caplog, tmp_path):
    names = [name for name, field in Settings.model_fields.items() if "SecretStr" in str(field.annotation)]
    for name in names:
        monkeypatch.setenv(f"TRIPLEWIRE_{name.upper()}", PASSWORD)
    monkeypatch.setenv("TRIPLEWIRE_KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
    monkeypatch.setenv("TRIPLEWIRE_KAFKA_USER", "wire")
    monkeypatch.setenv("TRIPLEWIRE_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("TRIPLEWIRE_NEO4J", "bolt://127.0.0.1:1")
    monkeypatch.setenv("TRIPLEWIRE_KAFKA_OAUTH_URL", f"https://client:{PASSWORD}@login.example/token")
    caplog.set_level(logging.DEBUG)
    for command in (["settings"], ["topics", "list"], ["graph", "stats"], ["dead-letters", "list"]):
        done = subprocess.run(
            [sys.executable, "-c", "from topology.cli import app; app()", *command],
            capture_output=True, text=True, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert PASSWORD not in done.stdout + done.stderr, command
        assert "Traceback" not in done.stderr, done.stderr
    assert PASSWORD not in CliRunner().invoke(app, ["settings"]).output
    assert PASSWORD not in caplog.text
