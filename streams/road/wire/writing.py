"""Writes records whose header names are not UTF-8, byte for byte as they were read.

aiokafka encodes header names itself, as UTF-8, and fails for what `tolerant_reading` reads as surrogate escapes. A
batch that has such a name is built by aiokafka's pure-Python builder, which leaves the encoding to the name.
"""

from collections.abc import Sequence
from typing import Any

from aiokafka.producer import message_accumulator, producer
from aiokafka.record.default_records import DefaultRecordBatchBuilder, _DefaultRecordBatchBuilderPy

Headers = Sequence[tuple[str, bytes | None]]


class ByteName(str):
    """A header name that encodes surrogate escapes as the bytes they stand for."""

    __slots__ = ()

    def encode(self, *_: str, **__: str) -> bytes:
        """Returns the name's bytes."""
        return name_bytes(self)


def name_bytes(name: str) -> bytes:
    """Returns the bytes of a header name as they were read."""
    try:
        return str.encode(name, "utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return str.encode(name, "utf-8", "backslashreplace")


def needs_bytes(headers: Headers) -> bool:
    """Returns whether a header name is not UTF-8."""
    return any(not name.isascii() and any("\ud800" <= letter <= "\udfff" for letter in name) for name, _ in headers)


class TolerantBuilder:
    """Replaces aiokafka's `DefaultRecordBatchBuilder` in its producer."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._arguments, self._options = arguments, options
        self._builder: Any = DefaultRecordBatchBuilder(*arguments, **options)
        self._records = 0
        self._by_name = False

    def append(self, offset: int, timestamp: int | None, key: Any, value: Any, headers: Headers) -> Any:
        """Adds a record; returns None if it does not go into this batch."""
        if needs_bytes(headers) and not self._by_name:
            if self._records:
                return None
            self._builder = _DefaultRecordBatchBuilderPy(*self._arguments, **self._options)
            self._by_name = True
        names = [(ByteName(name), content) for name, content in headers] if self._by_name else headers
        added = self._builder.append(offset, timestamp, key=key, value=value, headers=names)
        self._records += added is not None
        return added

    def __getattr__(self, name: str) -> Any:
        return getattr(self._builder, name)

    @staticmethod
    def estimate_size_in_bytes(key: Any, value: Any, headers: Headers) -> int:
        """Returns the most bytes that a record takes."""
        if needs_bytes(headers):
            headers = [(ByteName(name), content) for name, content in headers]
            return int(_DefaultRecordBatchBuilderPy.estimate_size_in_bytes(key, value, list(headers)))
        return int(DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, list(headers)))


def install() -> None:
    """Makes every aiokafka producer of this process write such names."""
    message_accumulator.DefaultRecordBatchBuilder = TolerantBuilder
    producer.DefaultRecordBatchBuilder = TolerantBuilder
