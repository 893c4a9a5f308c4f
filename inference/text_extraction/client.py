"""The client of a text model on Triton: packs windows into requests and reads the answers."""

from collections.abc import Mapping, MutableMapping, Sequence

from inference.text_extraction.added import AddedRelations
from inference.text_extraction.results import (
    HAPPENING_OUTPUTS,
    OUTPUTS,
    BadOutputError,
    WindowResult,
    read_labels,
    read_results,
)
from inference.text_extraction.windows import Window, pack
from inference.triton.connection import (
    Array,
    Connection,
    InferenceRejected,
    InferenceTooSlow,
    InferenceUnavailable,
    array_input,
    text_input,
    together,
)

__all__ = ["TEXT_MODEL", "InferenceRejected", "InferenceUnavailable", "TextClient"]

TEXT_MODEL = "text_extraction"

PIECES_IN_TIME = 2048
"""Pieces that a request may hold for each time-out that it is given: about a second of work for one core."""


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
        happenings: bool = False,
    ) -> None:
        """Connects on first use.

        Args:
            url: Triton's gRPC address, `host:port`.
            cls_id: Id of the piece [CLS].
            sep_id: Id of the piece [SEP].
            windows: Most windows in one request.
            requests: Most requests in flight, over all calls.
            timeout: Seconds after which a request of `PIECES_IN_TIME` pieces or fewer has failed; a larger one is given
                in proportion more.
            added: Relations to find besides the model's own.
            model: The model's name.
            happenings: Whether the model knows happenings, and is asked for them.
        """
        self._model = model
        self._wanted = (*OUTPUTS, *(HAPPENING_OUTPUTS if happenings else ()), "labels")
        self.url = url
        self._specials = (cls_id, sep_id)
        self._windows = windows
        self._at_once = windows
        self._timeout = timeout
        self._requests = requests
        self._connection = Connection(url, requests=requests, timeout=timeout)
        self._added = added
        self._extra = [text_input("open_relations", added.message)] if added else []

    async def infer(
        self, windows: Sequence[Window], kept: MutableMapping[int, WindowResult] | None = None
    ) -> list[WindowResult]:
        """Returns what the model finds in each window, in the order given.

        Windows of similar length share a request, because the server pads the windows that it reads together. A request
        that fails does not end the others. Where the server is too slow, later requests hold fewer windows, until it
        has caught up.

        Args:
            windows: The windows.
            kept: Results by place: of those in it the model is not asked again, and what comes back is added, even if
                the call fails. So a repeated call repeats only what failed.

        Raises:
            InferenceUnavailable: The server is down, not ready or too slow, or changed its model between requests.
            InferenceRejected: The server rejects a request, or its answer breaks the model's contract.
        """
        results = {} if kept is None else kept
        # Longest first, so that the last requests to finish are short ones.
        left = sorted((i for i in range(len(windows)) if i not in results), key=lambda i: (-len(windows[i]), i))
        failures: list[Exception] = []
        # Few at once, each taking the next part when its last is answered: so the requests of several calls take turns,
        # and a call with many of them does not keep the others waiting.
        await together(self._worker(windows, left, results, failures) for _ in range(min(self._requests, len(left))))
        # What can never succeed comes first, so that it is not retried.
        for failure in sorted(failures, key=lambda failure: isinstance(failure, InferenceUnavailable)):
            raise failure
        if len({result.labels.version for result in results.values()}) > 1:
            results.clear()
            raise InferenceUnavailable("Triton changed the model between two requests; the batch must be read again")
        return [results[i] for i in range(len(windows))]

    async def _worker(
        self,
        windows: Sequence[Window],
        left: list[int],
        results: MutableMapping[int, WindowResult],
        failures: list[Exception],
    ) -> None:
        """Asks for the next windows of `left` until there are none, or until the server does not answer."""
        while left:
            part = left[: self._at_once]
            del left[: len(part)]
            try:
                results.update(zip(part, await self._request([windows[i] for i in part]), strict=True))
                self._at_once = min(self._windows, self._at_once + 1)
            except InferenceRejected as error:
                failures.append(error)
            except InferenceUnavailable as error:
                if isinstance(error, InferenceTooSlow):
                    self._at_once = max(1, min(self._at_once, len(part)) // 2)
                failures.append(error)
                return

    async def _request(self, windows: Sequence[Window]) -> list[WindowResult]:
        packed = pack(windows, *self._specials)
        names = ("input_ids", "case_ids", "first_piece", "lengths")
        inputs = [*self._extra, *(array_input(name, getattr(packed, name)) for name in names)]
        within = self._timeout * max(1.0, len(packed.input_ids) / PIECES_IN_TIME)
        outputs = await self._connection.infer(self._model, inputs, self._wanted, within=within)
        return self._read(windows, outputs)

    def _read(self, windows: Sequence[Window], outputs: Mapping[str, Array]) -> list[WindowResult]:
        try:
            labels = read_labels(outputs["labels"][0])
        except (ValueError, TypeError, IndexError) as error:
            raise self._connection.broken_answer(str(error)) from error
        try:
            return read_results(windows, outputs, labels, self._added)
        except BadOutputError as error:
            raise InferenceRejected(f"{self._model} {labels.version} broke its contract: {error}") from error

    async def close(self) -> None:
        """Closes the connection; requests in flight fail."""
        await self._connection.close()
