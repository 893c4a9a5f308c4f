"""The client of the text model on Triton: packs windows into requests and tells passing trouble from lasting."""

import asyncio
import re
from collections.abc import Sequence

import numpy as np
import tritonclient.grpc.aio as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from inference.text.added import AddedRelations
from inference.text.results import OUTPUTS, BadOutputError, WindowResult, read_labels, read_results
from inference.text.windows import Window, pack

TEXT_MODEL = "text_extraction"

_REJECTED = frozenset({"INVALID_ARGUMENT", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL"})
"""gRPC status codes that the same request would meet again."""

_STUB = re.compile(r"not healthy|unhealthy|stub|shared memory|out of memory|shutting down", re.IGNORECASE)
"""How Triton words INTERNAL errors that are about its own processes and not about the request."""

_CHANNEL = (
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    # gRPC would wait up to two minutes before it looks again for a server that came back.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # Despite its name, how long one attempt to connect may take.
    ("grpc.min_reconnect_backoff_ms", 5000),
)


class InferenceUnavailable(Exception):  # noqa: N818 - a state of the server, not of the request
    """The model cannot answer at the moment; the same request may succeed later."""


class InferenceRejected(Exception):  # noqa: N818
    """The model refuses this very request, and would again."""


def _text_input(name: str, content: bytes) -> triton.InferInput:
    return triton.InferInput(name, [1], "BYTES").set_data_from_numpy(np.array([content], np.object_))


class TextClient:
    """Sends windows to a text model. For use within one event loop."""

    def __init__(
        self,
        url: str,
        cls_id: int,
        sep_id: int,
        *,
        windows: int,
        requests: int,
        timeout: float,
        added: AddedRelations | None = None,
        model: str = TEXT_MODEL,
    ) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            cls_id: Id of the piece [CLS].
            sep_id: Id of the piece [SEP].
            windows: Windows in one request at most.
            requests: Requests in flight at most, over all calls.
            timeout: Seconds until a request counts as failed.
            added: Relations to find beside the model's own.
            model: The model's name.
        """
        self._model = model
        self.url = url
        self._specials = (cls_id, sep_id)
        self._windows = windows
        self._in_flight = asyncio.Semaphore(requests)
        self._timeout = timeout
        self._added = added
        self._extra = [_text_input("open_relations", added.message)] if added else []
        self._connection: triton.InferenceServerClient | None = None
        self._wanted = [triton.InferRequestedOutput(name) for name in (*OUTPUTS, "labels")]

    async def infer(self, windows: Sequence[Window]) -> list[WindowResult]:
        """Returns what the model finds in each window, in the order given.

        Windows of like length travel together, because the server pads those it reads together.

        Raises:
            InferenceUnavailable: The server is down, not ready, too slow, or changed its model meanwhile.
            InferenceRejected: The server refuses the request.
        """
        # Longest first: the last requests to finish are then short ones.
        order = sorted(range(len(windows)), key=lambda i: (-len(windows[i]), i))
        parts = [order[i : i + self._windows] for i in range(0, len(order), self._windows)]
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._request([windows[i] for i in part])) for part in parts]
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        results = {
            i: r for part, task in zip(parts, tasks, strict=True) for i, r in zip(part, task.result(), strict=True)
        }
        if len({result.labels.version for result in results.values()}) > 1:
            raise InferenceUnavailable("Triton changed the model between two requests; the batch must be read again")
        return [results[i] for i in range(len(windows))]

    async def _request(self, windows: Sequence[Window]) -> list[WindowResult]:
        packed = pack(windows, *self._specials)
        inputs = list(self._extra)
        for name in ("input_ids", "case_ids", "first_piece", "lengths"):
            array: np.ndarray[tuple[int, ...], np.dtype[np.generic]] = getattr(packed, name)
            tensor = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
            inputs.append(tensor.set_data_from_numpy(array))
        async with self._in_flight:
            try:
                answer = await self._connected().infer(
                    self._model, inputs, outputs=self._wanted, client_timeout=self._timeout
                )
            except InferenceServerException as error:
                raise self._explained(error) from error
        return self._read(windows, answer)

    def _connected(self) -> triton.InferenceServerClient:
        # A channel belongs to the loop it is made in, which need not run yet when this object is made.
        if self._connection is None:
            self._connection = triton.InferenceServerClient(self.url, channel_args=_CHANNEL)
        return self._connection

    def _read(self, windows: Sequence[Window], answer: triton.InferResult) -> list[WindowResult]:
        # A server whose Python environment is broken calls itself ready and answers with empty tensors. That is no
        # fault of the text, so nothing is dead-lettered for it.
        try:
            labels = read_labels(answer.as_numpy("labels")[0])
            outputs = {name: answer.as_numpy(name) for name in OUTPUTS}
        except (ValueError, TypeError, IndexError) as error:
            raise InferenceUnavailable(
                f"Triton at {self.url} answers with empty or torn tensors ({error}); its Python environment must "
                "have numpy < 2 (see docs/operations.md)"
            ) from error
        try:
            return read_results(windows, outputs, labels, self._added)
        except BadOutputError as error:
            raise InferenceRejected(f"{self._model} {labels.version} broke its contract: {error}") from error

    def _explained(self, error: InferenceServerException) -> InferenceUnavailable | InferenceRejected:
        code = str(error.status()).removeprefix("StatusCode.")
        message = f"Triton at {self.url}: {code}: {error.message()}"
        if code in _REJECTED and not (code == "INTERNAL" and _STUB.search(error.message() or "")):
            return InferenceRejected(message)
        return InferenceUnavailable(message)

    async def close(self) -> None:
        """Closes the connection; requests under way fail."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None
