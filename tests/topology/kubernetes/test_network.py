"""Who may talk to whom on Kubernetes: no more than each stage's code needs."""

import ast
import ipaddress

import pytest

from tests.topology.deployment import ROOT, SERVICES
from tests.topology.kubernetes.manifests import LAYERS, PODS, WORKERS, declared, find, pod, reaches


def selected(layer, policy):
    wanted = policy["spec"]["podSelector"].get("matchLabels", {})
    names = [name for of, name in PODS if of == layer]
    return {name for name in names if wanted.items() <= pod(layer, name)["metadata"]["labels"].items()}


def policies(layer, direction):
    return [
        m for m in LAYERS[layer] if m["kind"] == "NetworkPolicy" and direction.capitalize() in m["spec"]["policyTypes"]
    ]


def imported(path):
    """Returns the modules that a file imports, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules_behind(stage):
    """Returns every module of ours that a stage's package imports, by way of others."""
    found, left = set(), {ROOT / "streams" / stage / "__init__.py", *(ROOT / "streams" / stage).rglob("*.py")}
    while left:
        path = left.pop()
        found.add(path)
        places = (ROOT.joinpath(*module.split(".")) for module in imported(path))
        files = {file for place in places for file in (place.with_suffix(".py"), place / "__init__.py")}
        left |= {file for file in files if file.is_file()} - found
    return {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in found}


@pytest.mark.parametrize("layer", LAYERS)
def test_nothing_is_allowed_that_is_not_named(layer):
    deny = find(layer, "NetworkPolicy", "default-deny")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for policy in LAYERS[layer]:
        if policy["kind"] == "NetworkPolicy" and policy["metadata"]["name"] != "default-deny":
            for rule in [*policy["spec"].get("egress", ()), *policy["spec"].get("ingress", ())]:
                assert rule.get("to") or rule.get("from")
                assert rule["ports"]


@pytest.mark.parametrize("worker", WORKERS)
def test_a_worker_reaches_what_its_code_asks(worker):
    modules = modules_behind(worker)
    needed = {"kafka"}
    if "inference.triton.connection" in modules:
        needed.add("triton")
    # The media stage reads the graph only with relation weights, which do not ship: docs/operations.md, Kubernetes.
    if "topology.graph.connection" in modules and worker != "media":
        needed.add("neo4j")
    if worker in {"media", "feeds", "alerts"}:
        needed.add("public-web")
    assert reaches("base", worker) == reaches("example", worker) == needed
    assert ("triton" in needed) is ("triton-cpu" in SERVICES[worker]["depends_on"])


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("what", ["kafka", "neo4j", "triton", "public-web"])
def test_the_policy_of_an_address_is_for_those_that_need_it(layer, what):
    names = {name for of, name in PODS if of == layer and what in reaches(layer, name)}
    assert names
    assert selected(layer, find(layer, "NetworkPolicy", f"to-{what}")) == names


@pytest.mark.parametrize(
    ("layer", "setting", "policy"),
    [
        (layer, *pair)
        for layer in LAYERS
        for pair in (("TRIPLEWIRE_KAFKA", "to-kafka"), ("TRIPLEWIRE_NEO4J", "to-neo4j"))
    ],
)
def test_the_policies_lead_where_the_settings_do(layer, setting, policy):
    (rule,) = find(layer, "NetworkPolicy", policy)["spec"]["egress"]
    for address in declared(layer)[setting].rpartition("//")[2].split(","):
        host, port = address.split(":")
        assert rule["ports"] == [{"protocol": "TCP", "port": int(port)}]
        namespace = host.split(".")[1] if host.endswith(".svc") else None
        (peer,) = rule["to"]
        if namespace:
            assert peer == {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}
        else:
            assert peer.keys() == {"ipBlock"}


def test_triton_lets_in_its_clients_and_nobody_else():
    into = [policy for policy in policies("base", "ingress") if "triton" in selected("base", policy)]
    rules = [rule for policy in into for rule in policy["spec"].get("ingress", ())]
    clients = {"podSelector": {"matchLabels": {"triplewire/reaches-triton": "yes"}}}
    monitoring = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    assert [(rule["from"], rule["ports"][0]["port"]) for rule in rules] == [([clients], 8001), ([monitoring], 8002)]


@pytest.mark.parametrize("layer", LAYERS)
def test_the_api_lets_in_a_proxy_and_who_says_so(layer):
    into = [policy for policy in policies(layer, "ingress") if "serve" in selected(layer, policy)]
    (rule,) = [rule for policy in into for rule in policy["spec"].get("ingress", ())]
    assert rule["from"] == [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}},
        {"podSelector": {"matchLabels": {"triplewire/reaches-serve": "yes"}}},
    ]
    assert rule["ports"] == [{"protocol": "TCP", "port": 17080}]
    assert reaches(layer, "serve") == {"kafka", "neo4j"}


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("93.184.216.34", True),
        ("10.1.2.3", False),
        ("172.20.0.1", False),
        ("192.168.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address that is refused
        ("224.0.0.1", False),
        ("2606:2800:220:1::1", True),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:0a00:0001::1", False),
        ("64:ff9b::a00:1", False),
    ],
)
def test_media_may_be_fetched_from_public_addresses_only(address, allowed):
    (rule,) = find("base", "NetworkPolicy", "to-public-web")["spec"]["egress"]
    parsed = ipaddress.ip_address(address)

    def within(block):
        networks = [ipaddress.ip_network(one) for one in (block["cidr"], *block["except"])]
        inside = [network.version == parsed.version and parsed in network for network in networks]
        return inside[0] and not any(inside[1:])

    assert any(within(peer["ipBlock"]) for peer in rule["to"]) is allowed
    assert {one["port"] for one in rule["ports"]} == {80, 443}
