"""A connection to Triton that tells passing trouble from lasting."""

import asyncio
import re
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import tritonclient.grpc.aio as triton
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

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

R = TypeVar("R")
Array = np.ndarray[tuple[int, ...], np.dtype[np.generic]]


class InferenceUnavailable(Exception):  # noqa: N818 - a state of the server, not of the request
    """The model cannot answer at the moment; the same request may succeed later."""


class InferenceTooSlow(InferenceUnavailable):
    """The model did not answer in time; it may if it is asked for less."""


class InferenceRejected(Exception):  # noqa: N818
    """The model refuses this very request, and would again."""


def text_input(name: str, content: bytes) -> triton.InferInput:
    """Returns an input of one string."""
    return triton.InferInput(name, [1], "BYTES").set_data_from_numpy(np.array([content], np.object_))


def array_input(name: str, array: Array) -> triton.InferInput:
    """Returns an input of numbers."""
    tensor = triton.InferInput(name, list(array.shape), np_to_triton_dtype(array.dtype))
    return tensor.set_data_from_numpy(array)


async def together(requests: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
    """Returns what requests return, in their order; the first failure ends the others and is raised by itself."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(request) for request in requests]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


class Connection:
    """Asks one server. For use within one event loop."""

    def __init__(self, url: str, *, requests: int, timeout: float) -> None:
        """Connects when first used.

        Args:
            url: Triton's gRPC address, `host:port`.
            requests: Requests in flight at most; further ones wait.
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
            # A channel belongs to the loop it is made in, which need not run yet when this object is made.
            if self._client is None:
                self._client = triton.InferenceServerClient(self.url, channel_args=_CHANNEL)
            try:
                answer = await self._client.infer(
                    model, list(inputs), outputs=wanted, client_timeout=within or self._timeout
                )
            except InferenceServerException as error:
                raise self._explained(error) from error
        try:
            arrays = {name: answer.as_numpy(name) for name in outputs}
        except (ValueError, TypeError) as error:
            raise self.torn(str(error)) from error
        if torn := [name for name, array in arrays.items() if array is None]:
            raise self.torn(", ".join(torn))
        return arrays

    def torn(self, what: str) -> InferenceUnavailable:
        """Returns what to raise where a server with a broken environment calls itself ready and answers nothing.

        That is no fault of the request, so nothing is dead-lettered for it.
        """
        return InferenceUnavailable(
            f"Triton at {self.url} answers with empty or torn tensors ({what}); its Python environment must "
            "have numpy < 2 (see docs/operations.md)"
        )

    def _explained(self, error: InferenceServerException) -> InferenceUnavailable | InferenceRejected:
        code = str(error.status()).removeprefix("StatusCode.")
        message = f"Triton at {self.url}: {code}: {error.message()}"
        if code in _REJECTED and not (code == "INTERNAL" and _STUB.search(error.message() or "")):
            return InferenceRejected(message)
        return InferenceTooSlow(message) if code == "DEADLINE_EXCEEDED" else InferenceUnavailable(message)

    async def close(self) -> None:
        """Closes the connection; requests under way fail."""
        if self._client is not None:
            await self._client.close()
            self._client = None
