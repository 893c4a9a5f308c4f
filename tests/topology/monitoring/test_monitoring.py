"""Every metric and label that Prometheus and Grafana ask for is one that the workers or Triton have."""

import json
import re
from functools import cache

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from streams.road import metrics
from tests.topology.deployment import ROOT, SERVICES

MONITORING = ROOT / "topology" / "monitoring"
DASHBOARD = json.loads((MONITORING / "grafana/dashboards/triplewire.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
ALERTS = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
SCRAPES = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))
EXPRESSIONS = [t["expr"] for p in PANELS for t in p["targets"]] + [alert["expr"] for alert in ALERTS]
# https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/metrics.html
TRITON = {
    "nv_inference_request_success",
    "nv_inference_request_failure",
    "nv_inference_request_duration_us",
    "nv_inference_queue_duration_us",
    "nv_inference_compute_infer_duration_us",
    "nv_inference_pending_request_count",
    "nv_cpu_utilization",
    "nv_gpu_utilization",
}
SCRAPED = {"job", "instance", "le", "model", "version"}


@cache
def series() -> dict[str, set[str]]:
    """Returns the workers' series by exposed name, with their labels."""
    found = {}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            family = metric._name
            suffixes = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}[metric._type]
            found |= {f"{family}{suffix}": set(metric._labelnames) for suffix in suffixes}
    return found


def test_the_series_are_those_that_are_exposed():
    exposed = {family.name for family in REGISTRY.collect()}
    assert {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in series()} <= exposed


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_metric_and_label_exists(expression):
    names = set(re.findall(r"\b(?:triplewire|nv)_\w+", expression))
    assert names <= set(series()) | TRITON
    labels = SCRAPED.union(*(series().get(name, set()) for name in names))
    asked = re.findall(r"by \(([^)]*)\)", expression) + re.findall(r"\{([^}]*)\}", expression)
    for group in asked:
        assert {re.split(r"[=!~]", label.strip())[0] for label in group.split(",")} <= labels


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_counters_are_read_as_rates_and_brackets_close(expression):
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)
    for counter in re.findall(r"\btriplewire_\w+_(?:total|bucket|sum|count)\b", expression):
        assert re.search(rf"(?:rate|increase)\({counter}(?:\{{[^}}]*\}})?\[", expression), counter


def test_every_metric_of_the_workers_is_on_the_dashboard():
    shown = {name for expression in EXPRESSIONS for name in re.findall(r"\btriplewire_\w+", expression)}
    families = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in shown}
    assert {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in series()} == families


def test_stages_are_named_as_the_workers_name_themselves():
    stages = set(re.findall(r'stage="(\w+)"', " ".join(EXPRESSIONS)))
    commands = {s["command"][2] for s in SERVICES.values() if s.get("command", [])[:2] == ["triplewire", "worker"]}
    assert stages <= commands


def test_panels_have_their_own_place_and_id():
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        box = panel["gridPos"]
        cells = {(x, y) for x in range(box["x"], box["x"] + box["w"]) for y in range(box["y"], box["y"] + box["h"])}
        assert box["x"] + box["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


def test_grafana_finds_its_source_and_its_dashboard():
    provisioning = MONITORING / "grafana/provisioning"
    source = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text(encoding="utf-8"))["datasources"][0]
    assert {t["datasource"]["uid"] for p in PANELS for t in p["targets"]} == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"
    provider = yaml.safe_load((provisioning / "dashboards/triplewire.yml").read_text(encoding="utf-8"))["providers"][0]
    mounts = {volume.split(":")[1] for volume in SERVICES["grafana"]["volumes"]}
    home = SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert provider["options"]["path"] in mounts
    assert home == f"{provider['options']['path']}/triplewire.json"


def test_prometheus_scrapes_every_replica_on_the_port_it_opens():
    jobs = {job["job_name"]: job for job in SCRAPES["scrape_configs"]}
    for worker in ("news", "media", "entities", "sink", "suggestions", "feeds", "alerts", "corrections"):
        (found,) = jobs[worker]["dns_sd_configs"]
        assert found["names"] == [worker]
        assert str(found["port"]) == SERVICES[worker]["environment"]["TRIPLEWIRE_METRICS_PORT"]
        assert SERVICES[worker]["environment"]["TRIPLEWIRE_METRICS_HOST"] == "0.0.0.0"  # noqa: S104
    assert jobs["triton"]["static_configs"][0]["targets"] == ["triton:8002"]
    mounts = {volume.split(":")[1] for volume in SERVICES["prometheus"]["volumes"]}
    assert set(SCRAPES["rule_files"]) <= mounts
    assert (
        f"--config.file={min(m for m in mounts if m.endswith('prometheus.yml'))}" in SERVICES["prometheus"]["command"]
    )


def test_alerts_ask_for_jobs_that_are_scraped_and_are_explained():
    jobs = {job["job_name"] for job in SCRAPES["scrape_configs"]}
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    for alert in ALERTS:
        for names in re.findall(r'job=~?"([^"]+)"', alert["expr"]):
            assert set(names.split("|")) <= jobs
        assert alert["annotations"]["summary"]
        assert alert["labels"]["severity"] in {"page", "warn"}
        assert f"`{alert['alert']}`" in page
