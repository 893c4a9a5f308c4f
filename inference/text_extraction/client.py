"""The client of a text model on Triton: packs windows into requests and reads the answers."""

from collections.abc import Mapping, Sequence

from inference.text_extraction.added import AddedRelations
from inference.text_extraction.results import OUTPUTS, BadOutputError, WindowResult, read_labels, read_results
from inference.text_extraction.windows import Window, pack
from inference.triton.connection import (
    Array,
    Connection,
    InferenceRejected,
    InferenceUnavailable,
    array_input,
    text_input,
    together,
)

__all__ = ["TEXT_MODEL", "InferenceRejected", "InferenceUnavailable", "TextClient"]

TEXT_MODEL = "text_extraction"


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
        """Connects on first use.

        Args:
            url: Triton's gRPC address, `host:port`.
            cls_id: Id of the piece [CLS].
            sep_id: Id of the piece [SEP].
            windows: Most windows in one request.
            requests: Most requests in flight, over all calls.
            timeout: Seconds after which a request has failed.
            added: Relations to find besides the model's own.
            model: The model's name.
        """
        self._model = model
        self.url = url
        self._specials = (cls_id, sep_id)
        self._windows = windows
        self._connection = Connection(url, requests=requests, timeout=timeout)
        self._added = added
        self._extra = [text_input("open_relations", added.message)] if added else []

    async def infer(self, windows: Sequence[Window]) -> list[WindowResult]:
        """Returns what the model finds in each window, in the order given.

        Windows of similar length share a request, because the server pads the windows that it reads together.

        Raises:
            InferenceUnavailable: The server is down, not ready or too slow, or changed its model between requests.
            InferenceRejected: The server rejects the request, or its answer breaks the model's contract.
        """
        # Longest first, so that the last requests to finish are short ones.
        order = sorted(range(len(windows)), key=lambda i: (-len(windows[i]), i))
        parts = [order[i : i + self._windows] for i in range(0, len(order), self._windows)]
        answers = await together(self._request([windows[i] for i in part]) for part in parts)
        results = {i: r for part, answer in zip(parts, answers, strict=True) for i, r in zip(part, answer, strict=True)}
        if len({result.labels.version for result in results.values()}) > 1:
            raise InferenceUnavailable("Triton changed the model between two requests; the batch must be read again")
        return [results[i] for i in range(len(windows))]

    async def _request(self, windows: Sequence[Window]) -> list[WindowResult]:
        packed = pack(windows, *self._specials)
        names = ("input_ids", "case_ids", "first_piece", "lengths")
        inputs = [*self._extra, *(array_input(name, getattr(packed, name)) for name in names)]
        outputs = await self._connection.infer(self._model, inputs, (*OUTPUTS, "labels"))
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
