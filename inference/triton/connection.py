"""A connection to Triton that distinguishes transient errors from permanent ones."""

import asyncio
import re
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import tritonclient.grpc.aio as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from topology.access.errors import AccessError
from topology.access.triton import triton_headers, triton_options

_REJECTED = frozenset({"INVALID_ARGUMENT", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL"})
"""gRPC status codes of errors that the same request would cause again."""

_REFUSED = frozenset({"UNAUTHENTICATED", "PERMISSION_DENIED"})
"""gRPC status codes of a server or proxy that does not admit us. The record is not at fault."""

_STUB = re.compile(r"not healthy|unhealthy|stub|shared memory|out of memory|shutting down", re.IGNORECASE)
"""Words in INTERNAL errors that are caused by Triton's own processes, not by the request."""

_CHANNEL = (
    ("grpc.max_send_message_length", -1),
    ("grpc.max_receive_message_length", -1),
    # By default gRPC waits up to two minutes before it reconnects to a restarted server.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1000),
    # Despite its name, the time limit of one attempt to connect.
    ("grpc.min_reconnect_backoff_ms", 5000),
)

R = TypeVar("R")
Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


class InferenceUnavailable(Exception):  # noqa: N818 - a state of the server, not of the request
    """The model cannot answer at the moment; the same request may succeed later."""


class InferenceTooSlow(InferenceUnavailable):
    """The model did not answer in time; it may if it is asked for less."""


class InferenceRejected(Exception):  # noqa: N818
    """The model refuses the request, and would refuse it again."""


def text_input(name: str, content: bytes) -> triton.InferInput:
    """Returns an input of one string."""
    return triton.InferInput(name, [1], "BYTES").set_data_from_numpy(np.array([content], np.object_))


def array_input(name: str, array: Array) -> triton.InferInput:
    """Returns an input of numbers."""
    tensor = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    return tensor.set_data_from_numpy(array)


async def together(requests: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
    """Runs requests concurrently; returns their results in order. The first failure cancels the rest."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(request) for request in requests]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


class Connection:
    """Sends requests to one server. For use within one event loop."""

    def __init__(self, url: str, *, requests: int, timeout: float) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            requests: Most requests in flight; further ones wait.
            timeout: Seconds until a request counts as failed.
        """
        self.url = url
        self._in_flight = asyncio.Semaphore(requests)
        self._timeout = timeout
        self._client: triton.InferenceServerClient | None = None

    async def infer(
        self,
        model: str,
        inputs: Sequence[triton.InferInput],
        outputs: Sequence[str],
        *,
        within: float | None = None,
    ) -> Mapping[str, Array]:
        """Returns the outputs of one request, by name.

        Args:
            model: The model's name.
            inputs: Its inputs.
            outputs: Names of the wanted outputs.
            within: Seconds until this request counts as failed; None for the connection's own time-out.

        Raises:
            InferenceUnavailable: The server is down, not ready or too slow (`InferenceTooSlow`), or its Python
                environment is broken.
            InferenceRejected: The server refuses the request.
        """
        wanted = [triton.InferRequestedOutput(name) for name in outputs]
        async with self._in_flight:
            try:
                # A channel belongs to the event loop that it is made in, which may not run yet when this is made.
                if self._client is None:
                    self._client = triton.InferenceServerClient(self.url, channel_args=_CHANNEL, **triton_options())
                answer = await self._client.infer(
                    model,
                    list(inputs),
                    outputs=wanted,
                    client_timeout=within or self._timeout,
                    headers=triton_headers(),
                )
            except AccessError as error:
                # The record is not at fault; a token's file may be away for the moment in which it is renewed.
                raise InferenceUnavailable(str(error)) from error
            except InferenceServerException as error:
                raise self._explained(error) from error
        try:
            arrays = {name: answer.as_numpy(name) for name in outputs}
        except (ValueError, TypeError) as error:
            raise self.broken_answer(str(error)) from error
        if missing := [name for name, array in arrays.items() if array is None]:
            raise self.broken_answer(", ".join(missing))
        return arrays

    def broken_answer(self, what: str) -> InferenceUnavailable:
        """Returns the error for a server with a broken Python environment, which is ready but answers without content.

        The request is not at fault, so its record must not become a dead letter.

        Args:
            what: What is wrong with the answer.
        """
        return InferenceUnavailable(
            f"Triton at {self.url} answers with empty or unreadable tensors ({what}); its Python environment must "
            "have numpy < 2 (see docs/operations.md)"
        )

    def _explained(self, error: InferenceServerException) -> InferenceUnavailable | InferenceRejected:
        code = str(error.status()).removeprefix("StatusCode.")
        message = f"Triton at {self.url}: {code}: {error.message()}"
        if code in _REFUSED:
            message += "; check TRIPLEWIRE_TRITON_TOKEN and the rights of the certificate"
        if code in _REJECTED and not (code == "INTERNAL" and _STUB.search(error.message() or "")):
            return InferenceRejected(message)
        return InferenceTooSlow(message) if code == "DEADLINE_EXCEEDED" else InferenceUnavailable(message)

    async def close(self) -> None:
        """Closes the connection; requests in flight fail."""
        if self._client is not None:
            await self._client.close()
            self._client = None
