"""The Triton containers' health check: requests a real extraction, and reloads the model if its Python stub died.

A server whose stub was killed still reports that it and its model are ready, although every request fails. Only
unloading and loading the model starts a new stub. Runs in Triton's image, so it uses only the standard library.
"""

import json
import re
import sys
import urllib.error
import urllib.request

MODEL = "text_extraction"
_PARTS = (("input_ids", "INT32"), ("case_ids", "INT32"), ("first_piece", "BOOL"), ("lengths", "INT32"))


def _request(*values: list[int] | list[bool]) -> dict[str, object]:
    return {
        "inputs": [
            {"name": name, "datatype": datatype, "shape": [len(data)], "data": data}
            for (name, datatype), data in zip(_PARTS, values, strict=True)
        ]
    }


REQUESTS: dict[str, dict[str, object]] = {
    # "[CLS] hello [SEP]": one window of one lower-case word.
    MODEL: _request([101, 7592, 102], [0, 1, 0], [False, True, False], [3]),
    # [CLS], an unknown character, [SEP]. Optional: a repository may lack this model.
    "text_extraction_zh": _request([1, 3, 2], [0, 4, 0], [False, True, False], [3]),
    # One black picture of 8 x 8 pixels. Optional.
    "object_detection": {
        "inputs": [
            {"name": "pixels", "datatype": "UINT8", "shape": [1, 8, 8, 3], "data": [0] * (8 * 8 * 3)},
            {"name": "sizes", "datatype": "INT32", "shape": [1, 2], "data": [8, 8]},
        ]
    },
    # No pair: the model answers with its labels, with or without weights. Optional.
    "object_relations": {
        "inputs": [
            {"name": name, "datatype": datatype, "shape": [0, *shape], "data": []}
            for name, datatype, shape in (
                ("ids", "INT64", [1]),
                ("roles", "INT64", [1]),
                ("text", "BOOL", [1]),
                ("picture", "FP32", [3, 1, 1]),
                ("seen", "BOOL", []),
                ("crops", "FP32", [1, 3, 1, 1]),
                ("depths", "FP32", [1, 1, 1, 1]),
                ("deep", "BOOL", []),
                ("boxes", "FP32", [1, 5]),
                ("objects", "BOOL", [1]),
                ("target", "INT64", []),
                ("nodes", "INT64", [1, 6]),
                ("node_kinds", "INT64", [1]),
                ("edges", "INT64", [1, 1]),
            )
        ],
        "outputs": [{"name": "labels"}],
    },
    # "[CLS] hello [SEP]". Optional.
    "text_embedding": {
        "inputs": [
            {"name": "input_ids", "datatype": "INT64", "shape": [3], "data": [101, 7592, 102]},
            {"name": "lengths", "datatype": "INT64", "shape": [1], "data": [3]},
        ]
    },
    # No question. Optional.
    "link_prediction": {
        "inputs": [
            {"name": name, "datatype": datatype, "shape": [0, *shape], "data": []}
            for name, datatype, shape in (
                ("entity", "FP32", [1]),
                ("type", "INT64", []),
                ("roles", "FP32", [1]),
                ("activity", "FP32", [2]),
                ("near", "FP32", [1, 1]),
                ("near_role", "INT64", [1]),
                ("seen", "BOOL", [1]),
                ("candidates", "FP32", [1, 1]),
                ("types", "INT64", [1]),
                ("candidate_roles", "FP32", [1, 1]),
                ("candidate_activity", "FP32", [1, 2]),
                ("met", "FP32", [1, 3]),
                ("known", "FP32", [1, 1]),
            )
        ]
    },
    # No question. Optional.
    "next_entity": {
        "inputs": [
            {"name": name, "datatype": datatype, "shape": [0, *shape], "data": []}
            for name, datatype, shape in (
                ("nodes", "FP32", [1, 384]),
                ("mask", "BOOL", [1]),
                ("current", "FP32", [1, 1]),
                ("history", "FP32", [1, 1]),
                ("last", "INT64", []),
                ("candidates", "FP32", [1, 384]),
                ("links", "FP32", [1, 1]),
                ("seen", "FP32", [1]),
            )
        ]
    },
}
"""The request for each model."""

OUTPUTS = {"mentions", "mention_scores", "relations", "relation_scores", "relation_modalities", "labels"}
SEEN = {"boxes", "classes", "scores", "counts", "depth", "depth_sizes", "labels"}
"""What the text models answer, and what the one for pictures does."""

_AWAITED = {
    "object_detection": SEEN,
    "object_relations": {"labels"},
    "text_embedding": {"vectors", "labels"},
    "link_prediction": {"context", "probabilities", "weights", "labels"},
    "next_entity": {"scores", "labels"},
}


def post(url: str, body: dict[str, object], timeout: float, headers: dict[str, str] | None = None) -> str:
    """Posts JSON and returns the answer.

    Raises:
        OSError: The server cannot be reached or refused (`urllib.error.HTTPError`, whose body has the reason).
    """
    headers = {"Content-Type": "application/json"} | (headers or {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310 - the address of our own server
        answer: bytes = response.read()
    return answer.decode()


def probe(server: str, timeout: float = 8.0) -> str:
    """Returns why the server does not work; empty if it does."""
    for model, request in REQUESTS.items():
        reason = _problem(server, model, request, timeout)
        if reason and (model == MODEL or "unknown model" not in reason):
            return reason
    return ""


def _problem(server: str, model: str, request: dict[str, object], timeout: float) -> str:
    try:
        answer = json.loads(post(f"{server}/v2/models/{model}/infer", request, timeout))
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")
    except (OSError, ValueError) as error:
        return str(error)
    outputs = {output["name"]: output.get("data") for output in answer["outputs"]}
    if missing := _AWAITED.get(model, OUTPUTS) - outputs.keys():
        return f"{model}: the answer lacks {', '.join(sorted(missing))}"
    # The one output that is never empty. With numpy 2 in the server's environment all outputs are.
    return "" if any(outputs["labels"]) else f"{model}: its outputs are empty"


def stub_died(reason: str) -> str:
    """Returns the model whose stub died, from a message of the Python backend; empty for overload and time-outs."""
    found = re.search(r"'(\w+?)(?:_\d+)+' is not healthy", reason)
    return found[1] if found else ""


def dead(server: str, timeout: float = 8.0, asked: int = 1) -> list[str]:
    """Returns the models that lost a stub.

    Args:
        server: Triton's HTTP address.
        timeout: Seconds for each request.
        asked: Requests to each model; they go to its instances in turn, and each instance has its own stub.
    """
    lost: list[str] = []
    for model, request in REQUESTS.items():
        for _ in range(asked):
            reason = _problem(server, model, request, timeout)
            if "timed out" in reason:
                return lost  # a server that says nothing about one model says nothing about the others either
            if stub_died(reason) == model:
                lost.append(model)
                break
    return lost


def reload(server: str, model: str, timeout: float = 8.0, headers: dict[str, str] | None = None) -> None:
    """Unloads and loads a model; loading alone does nothing while the server considers it loaded.

    `headers` contain the key, if the server restricts administration.
    """
    for step in ("unload", "load"):
        post(f"{server}/v2/repository/models/{model}/{step}", {}, timeout, headers)


def main(server: str) -> int:
    """Returns the exit status of the health check: 0 if the server works."""
    reason = probe(server)
    if stub_died(reason):
        try:
            for model in dead(server):
                reload(server, model)
        except OSError as error:
            reason = f"{reason}; reloading failed: {error}"
        else:
            reason = probe(server)
    if reason:
        sys.stderr.write(f"{reason}\n")
    return int(bool(reason))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
