"""Faust's consumer gets in by the same settings as every other client."""

import pytest
from faust.auth import OAuthCredentials, SASLCredentials, SSLCredentials
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth

from streams.road.faust_consumer import _app
from tests.helpers.certificates import Authority
from topology.access.kafka import client_options
from topology.settings import settings

PASSWORD = "hunter22-of-the-wire"
LOGIN = {"kafka_user": "wire", "kafka_password": PASSWORD}
TOKEN = {
    "kafka_oauth_url": "https://login.example/token", "kafka_oauth_client": "wire", "kafka_oauth_secret": PASSWORD,
}  # fmt: skip
CASES = {
    "TLS": ({"kafka_security_protocol": "SSL"}, SSLCredentials),
    "PLAIN": ({"kafka_security_protocol": "SASL_SSL", "kafka_sasl_mechanism": "PLAIN", **LOGIN}, SASLCredentials),
    "SCRAM": ({"kafka_security_protocol": "SASL_SSL", **LOGIN}, SASLCredentials),
    "SCRAM in the clear": ({"kafka_security_protocol": "SASL_PLAINTEXT", **LOGIN}, SASLCredentials),
    "a token": (
        {"kafka_security_protocol": "SASL_SSL", "kafka_sasl_mechanism": "OAUTHBEARER", **TOKEN},
        OAuthCredentials,
    ),
}


@pytest.fixture(autouse=True)
def _afterwards():
    yield
    settings.cache_clear()


@pytest.mark.parametrize("case", CASES)
def test_faust_passes_on_what_other_clients_use(case, tmp_path, monkeypatch):
    given, kind = CASES[case]
    if given["kafka_security_protocol"].endswith("SSL"):
        given = given | {"kafka_ca": str(Authority(tmp_path).file)}
    for name, value in {"kafka": "one:9093, two:9093", **given}.items():
        monkeypatch.setenv(f"TRIPLEWIRE_{name.upper()}", value)
    settings.cache_clear()
    app = _app("group", "worker", 10, str(tmp_path), alone=False)
    assert [url.host for url in app.conf.broker] == ["one", "two"]
    assert isinstance(app.conf.broker_credentials, kind)
    wanted = client_options()
    servers = wanted.pop("bootstrap_servers")
    assert servers == ["one:9093", "two:9093"]
    passed = credentials_to_aiokafka_auth(app.conf.broker_credentials, app.conf.ssl_context)
    assert {name: value for name, value in passed.items() if value is not None} == wanted
    assert PASSWORD not in repr(app.conf.broker_credentials)


def test_without_settings_there_are_no_credentials(tmp_path):
    settings.cache_clear()
    assert _app("group", "worker", 10, str(tmp_path), alone=False).conf.broker_credentials is None
