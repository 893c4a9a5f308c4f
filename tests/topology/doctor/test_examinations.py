"""Each finding of `triplewire doctor` that needs no stack: the machine, clocks, certificates, Triton, the report."""

import asyncio
import json
import ssl
import time

import grpc
import pytest
from tritonclient.grpc import service_pb2, service_pb2_grpc

from tests.helpers.certificates import Authority
from topology.access.tls import tls_context
from topology.doctor import clock, examine, expiry, machine, models, report
from topology.doctor.finding import Level, do, note, ok, short
from topology.settings import Settings

GIB = 1024**3


@pytest.mark.parametrize(
    ("free", "level"), [(1, Level.DO), (3, Level.NOTE), (50, Level.OK)]
)  # fmt: skip
def test_free_disk(tmp_path, monkeypatch, free, level):
    usage = type("Usage", (), {"free": free * GIB, "total": 100 * GIB})
    asked = []
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: asked.append(path) or usage)
    found = machine.disk(tmp_path / "not" / "yet" / "there")
    assert (found.level, asked) == (level, [tmp_path])
    assert found.what.startswith(f"{free}.0 GiB of 100 GiB free")


@pytest.mark.parametrize(
    ("available", "limit", "level"),
    [
        (8.0, "max", Level.OK),
        (1.0, "max", Level.NOTE),
        (0.25, "max", Level.DO),
        (8.0, 1.25 * GIB, Level.DO),  # the container has 1.25 GiB, of which 1 is used
        (8.0, 64 * GIB, Level.OK),  # a limit above the machine's memory
    ],
)
def test_free_memory(tmp_path, available, limit, level):
    proc = tmp_path / "meminfo"
    proc.write_text(f"MemTotal: {16 * 1024**2} kB\nMemAvailable: {int(available * 1024**2)} kB\n")
    (tmp_path / "memory.max").write_text(f"{limit if limit == 'max' else int(limit)}\n")
    (tmp_path / "memory.current").write_text(f"{GIB}\n")
    assert machine.memory(proc, tmp_path).level is level


def test_this_machine_has_disk_and_memory():
    assert [found.area for found in machine.examine(Settings())] == ["machine", "machine"]


async def test_a_clock_is_measured_three_times_and_one_slow_answer_does_no_harm(monkeypatch):
    now, delays = [1000.0], iter([0.1, 30.0, 0.1])
    monkeypatch.setattr(time, "time", lambda: now[0])

    async def there():
        delay = next(delays)
        answer = (now[0] + 7) * 1000  # stamped on arrival; then a slow way back
        now[0] += delay
        return answer

    ahead, off = await clock.skew(there)
    assert (ahead, off) == (pytest.approx(6.95), pytest.approx(0.05))
    found = clock.judged("kafka", "Kafka's controller", ahead, off)
    assert found.level is Level.DO
    assert found.what == "the clock of Kafka's controller is 7.0 s ahead of ours"
    assert "NTP" in found.advice


@pytest.mark.parametrize(("ahead", "off", "level"), [(-4, 0, Level.OK), (-7, 0, Level.DO), (-7, 3, Level.OK)])
def test_a_clock_is_judged_with_what_the_way_may_have_taken(ahead, off, level):
    assert clock.judged("neo4j", "Neo4j", ahead, off).level is level


@pytest.mark.parametrize(
    ("days", "level"), [(-1, Level.DO), (5, Level.DO), (20, Level.NOTE), (29.9, Level.NOTE), (90, Level.OK)]
)
def test_a_certificate_that_expires(tmp_path, days, level):
    pair = Authority(tmp_path).pair("ours", days=days)
    for file in (pair.certificate, pair.both):
        found = expiry.judged("kafka", "our client", expiry.of_file(file))
        assert found.level is level, found
    assert ("renew" in found.advice) == (level is not Level.OK)


def test_a_file_without_a_certificate_is_an_error(tmp_path):
    with pytest.raises(OSError, match=r"."):
        expiry.of_file(Authority(tmp_path).pair("ours").key)


class Served(service_pb2_grpc.GRPCInferenceServiceServicer):
    def __init__(self, versions):
        self.versions = versions

    async def ServerMetadata(self, _request, _context):  # noqa: N802
        return service_pb2.ServerMetadataResponse(name="triton", version="2.60.0")

    async def ModelMetadata(self, request, context):  # noqa: N802
        if request.name not in self.versions:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"Request for unknown model: '{request.name}' is not found")
        return service_pb2.ModelMetadataResponse(name=request.name, versions=self.versions[request.name])


@pytest.fixture
def repository(tmp_path):
    for model, versions in {"text_extraction": ("1", "2"), "text_embedding": ("1",), "link_prediction": ("3",)}.items():
        for version in versions:
            (tmp_path / "models" / model / version).mkdir(parents=True)
        (tmp_path / "models" / model / "config.pbtxt").touch()
    (tmp_path / "models" / "README").mkdir()
    return tmp_path / "models"


async def test_models_are_compared_with_the_repository(repository, tmp_path):
    authority = Authority(tmp_path)
    pair = authority.pair("triton", days=3)
    server = grpc.aio.server()
    served = Served({"text_extraction": ["1"], "text_embedding": ["1"]})
    service_pb2_grpc.add_GRPCInferenceServiceServicer_to_server(served, server)
    login = grpc.ssl_server_credentials([(pair.key.read_bytes(), pair.certificate.read_bytes())])
    port = server.add_secure_port("127.0.0.1:0", login)
    await server.start()
    declared = Settings(
        triton=f"localhost:{port}", triton_tls=True, triton_ca=str(authority.file), models=repository,
    )  # fmt: skip
    try:
        found = await models.examine(declared, 5)
        everything = {level: [f.what for f in found if f.level is level] for level in Level}
        assert everything[Level.OK] == [
            f"Triton 2.60.0 at localhost:{port}",
            "serves what the repository holds: text_embedding 1",
        ]
        assert everything[Level.DO][0].startswith("link_prediction is in the repository but not served")
        assert everything[Level.DO][1] == "text_extraction: version 1 is served, the repository has 2"
        assert "expires in 3 days" in everything[Level.DO][2]
        plain = await models.examine(declared.model_copy(update={"triton_tls": False, "triton_ca": ""}), 2)
        assert "TRIPLEWIRE_TRITON_TLS" in plain[0].advice
        distrusted = await models.examine(declared.model_copy(update={"triton_ca": ""}), 2)
        assert "TRIPLEWIRE_TRITON_CA" in distrusted[0].advice
        gone = await models.examine(declared.model_copy(update={"models": tmp_path / "nowhere"}), 5)
        assert [f.level for f in gone][1] is Level.NOTE
    finally:
        await server.stop(0)


async def test_nobody_there_and_an_examination_that_breaks_or_hangs(monkeypatch):
    nowhere = Settings(kafka="127.0.0.1:1", triton="127.0.0.1:1", neo4j="bolt://127.0.0.1:1")
    found = await examine.examine(nowhere, within=2)
    must = {f.area: f for f in found if f.level is Level.DO}
    assert {"kafka", "triton", "neo4j"} <= must.keys()
    for area in ("kafka", "triton", "neo4j"):
        assert "nobody listens there" in must[area].what
        assert "start it" in must[area].advice

    async def broken(*_):
        raise ZeroDivisionError("by zero")

    async def hanging(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr(examine.kafka, "examine", broken)
    monkeypatch.setattr(examine.graph, "examine", hanging)
    found = {f.area: f.what for f in await examine.examine(nowhere, within=0.05)}
    assert found["kafka"] == "cannot be examined: ZeroDivisionError: by zero"
    assert found["neo4j"] == "does not answer within 0 s"


async def test_contradicting_settings_are_a_finding(tmp_path):
    declared = Settings(
        kafka="127.0.0.1:1", kafka_user="wire", neo4j="bolt://127.0.0.1:1", neo4j_ca="ca.pem", triton="127.0.0.1:1",
        triton_ca="ca.pem", state=tmp_path,
    )  # fmt: skip
    must = {f.area: f for f in await examine.examine(declared, within=2) if f.level is Level.DO}
    assert "SECURITY_PROTOCOL" in must["kafka"].what
    assert "TRIPLEWIRE_NEO4J" in must["neo4j"].what + must["neo4j"].advice
    assert "TRIPLEWIRE_TRITON_TLS" in must["triton"].what + must["triton"].advice


FINDINGS = [
    ok("kafka", "Kafka 4.1 or newer at broker.example:9093, as user operator"),
    do("kafka", "lacks rights of news: " + "Read on topic raw-news; " * 8, "grant them; docs/operations.md lists all"),
    note("machine", "1.0 GiB of 8.0 GiB memory available", "enough for a worker, but not for the embedded stack"),
]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_report_fits_its_width(width):
    lines = list(report.lines(FINDINGS, width))
    assert max(map(len, lines)) <= width
    assert lines[0].startswith("kafka    OK    Kafka 4.1")
    assert any(line.startswith("         DO    lacks rights") for line in lines)
    assert any(line.startswith("               → grant them") for line in lines)
    assert lines[-1] == "1 to do"
    assert list(report.lines(FINDINGS[:1], width))[-1] == "nothing to do"


def test_the_report_for_machines():
    told = json.loads(report.as_json(FINDINGS))
    assert told["ok"] is False
    assert told["findings"][2] == {
        "area": "machine",
        "level": "note",
        "what": "1.0 GiB of 8.0 GiB memory available",
        "advice": "enough for a worker, but not for the embedded stack",
    }
    assert json.loads(report.as_json(FINDINGS[:1]))["ok"] is True


def test_long_messages_of_libraries_become_one_line():
    assert short("failed to connect\n (reason [Errno 111] Connection refused)") == "nobody listens there"
    assert len(short("word " * 100)) <= 200


async def test_of_a_server_reads_the_certificate_that_is_served(tmp_path):
    authority = Authority(tmp_path)
    pair = authority.pair("server", days=7)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair.certificate, pair.key)
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    try:
        expires = await expiry.of_server(tls_context("kafka", ca=str(authority.file)), "localhost", port)
        assert 6 < (expires - time.time()) / expiry.DAY < 7.1
        with pytest.raises(ssl.SSLCertVerificationError):
            await expiry.of_server(tls_context("kafka"), "localhost", port)
    finally:
        server.close()
