"""The Triton containers' health check: asks for a real extraction, and reloads the model if its Python stub died.

A server whose stub was killed still answers that it and its model are ready, while every request fails; only unloading
and loading the model starts a new stub. Runs in Triton's own image, so it knows nothing but the standard library.
"""

import json
import sys
import urllib.error
import urllib.request

MODEL = "text_extraction"
# "[CLS] hello [SEP]": one window of one lower-case word.
REQUEST: dict[str, object] = {
    "inputs": [
        {"name": "input_ids", "datatype": "INT32", "shape": [3], "data": [101, 7592, 102]},
        {"name": "case_ids", "datatype": "INT32", "shape": [3], "data": [0, 1, 0]},
        {"name": "first_piece", "datatype": "BOOL", "shape": [3], "data": [False, True, False]},
        {"name": "lengths", "datatype": "INT32", "shape": [1], "data": [3]},
    ]
}
OUTPUTS = {"mentions", "mention_scores", "relations", "relation_scores", "labels"}


def post(url: str, body: dict[str, object], timeout: float, headers: dict[str, str] | None = None) -> str:
    """Posts JSON and returns the answer.

    Raises:
        OSError: The server cannot be reached, or refused (`urllib.error.HTTPError`, whose body says why).
    """
    headers = {"Content-Type": "application/json"} | (headers or {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=timeout) as response:  # noqa: S310 - the address is our own server's
        answer: bytes = response.read()
    return answer.decode()


def probe(server: str, timeout: float = 8.0) -> str:
    """Returns why the server is not fit for work, or nothing if it is."""
    try:
        answer = json.loads(post(f"{server}/v2/models/{MODEL}/infer", REQUEST, timeout))
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace")
    except (OSError, ValueError) as error:
        return str(error)
    outputs = {output["name"]: output.get("data") for output in answer["outputs"]}
    if missing := OUTPUTS - outputs.keys():
        return f"the answer lacks {', '.join(sorted(missing))}"
    # The one output that always says something. With numpy 2 in the server's environment all arrive empty.
    return "" if any(outputs["labels"]) else "its outputs arrive empty"


def stub_died(reason: str) -> bool:
    """Returns whether this is the Python backend's message about a dead stub; load and time-outs are not."""
    return "not healthy" in reason


def reload(server: str, timeout: float = 8.0, headers: dict[str, str] | None = None) -> None:
    """Unloads the model and loads it again; loading alone does nothing while the server believes that it is loaded.

    `headers` hold the key of a server that restricts who may do so.
    """
    for step in ("unload", "load"):
        post(f"{server}/v2/repository/models/{MODEL}/{step}", {}, timeout, headers)


def main(server: str) -> int:
    """Returns the exit status of the health check: 0 for a server that extracts."""
    reason = probe(server)
    if stub_died(reason):
        try:
            reload(server)
        except OSError as error:
            reason = f"{reason}; reloading failed: {error}"
        else:
            reason = probe(server)
    if reason:
        sys.stderr.write(f"{reason}\n")
    return int(bool(reason))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"))
