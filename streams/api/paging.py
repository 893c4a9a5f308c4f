"""Pages of answers. A cursor says where the next page begins, and fits only the question that it came from."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, TypeVar

import orjson
from fastapi import Depends, Query, Request

from streams.api.problems import ProblemError

T = TypeVar("T")

MOST = 100
"""Most items of a page."""

DEEPEST = 10_000
"""Items beyond which no page begins: each page is ranked from the start."""

_NOT_ASKED = {"cursor", "limit"}


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is wanted.

    Attributes:
        limit: Most items of the page.
        skip: Items before it.
        question: Fingerprint of path and filters.
    """

    limit: int
    skip: int
    question: str

    @property
    def wanted(self) -> int:
        """How many items to read: one more than a page has, which says whether there is a next one."""
        return self.limit + 1

    def cut(self, found: Sequence[T]) -> tuple[list[T], str | None]:
        """Returns the page's items and the cursor of the next page; None if this is the last."""
        return list(found[: self.limit]), self.following(more=len(found) > self.limit)

    def following(self, *, more: bool) -> str | None:
        """Returns the cursor of the next page; None if there is no more, or nothing within reach."""
        end = self.skip + self.limit
        return encoded(end, self.question) if more and end <= DEEPEST else None


def encoded(skip: int, question: str) -> str:
    """Returns a cursor."""
    return base64.urlsafe_b64encode(orjson.dumps([skip, question])).decode().rstrip("=")


def decoded(cursor: str, question: str) -> int:
    """Returns how many items are before the page of a cursor.

    Raises:
        ProblemError: It is no cursor, or one of another question.
    """
    try:
        skip, asked = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if isinstance(skip, int) and 0 <= skip <= DEEPEST and asked == question:
            return skip
    except (binascii.Error, ValueError, TypeError):
        pass
    raise ProblemError(
        400,
        "bad-cursor",
        "The cursor does not fit",
        "Use `next` of the page before with the same path and filters, or leave `cursor` out to begin again.",
    )


def fingerprint(request: Request) -> str:
    """Returns a short hash of a request's path and filters."""
    asked = sorted((name, value) for name, value in request.query_params.multi_items() if name not in _NOT_ASKED)
    return sha256(orjson.dumps([request.url.path, asked])).hexdigest()[:16]


async def paging(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Maximum number of items of the page.")] = 20,
    cursor: Annotated[
        str | None, Query(max_length=200, description="`next` of the page before; leave it out for the first page.")
    ] = None,
) -> Paging:
    """Returns which page a request wants."""
    question = fingerprint(request)
    return Paging(limit, decoded(cursor, question) if cursor else 0, question)


WantedPage = Annotated[Paging, Depends(paging)]
