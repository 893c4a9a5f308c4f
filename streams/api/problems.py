"""Errors as `application/problem+json` (RFC 9457), each with a sentence on what to do."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from neo4j.exceptions import DriverError, Neo4jError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
GRAPH_ERRORS = (Neo4jError, DriverError, TimeoutError)
"""What a query may raise."""

_TIMED_OUT = ("TransactionTimedOut", "Terminated")
_NO_INDEX = "ProcedureCallFailed"


class Problem(BaseModel):
    """Why a request was not answered, and what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:triplewire:unknown-entity",
                "title": "The graph has no such entity",
                "status": 404,
                "detail": "The graph has no entity 'Tim Cok'; GET /v1/search?q=… finds names.",
                "near": [{"id": "e-82f51041e5b9ab0c0fcf23b0a359f2ba", "name": "Tim Cook"}],
            }
        }
    )

    type: str = Field(description="Which kind of problem; stable, for programs.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong with this request, and what to do.")


class ProblemError(Exception):
    """A request that cannot be answered.

    Attributes:
        status: The HTTP status.
        kind: The last part of the problem's type.
        headers: Further headers of the answer.
        more: Further members of the answer.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        *,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.title = title
        self.headers = headers or {}
        self.more = more

    def response(self) -> JSONResponse:
        """Returns the answer."""
        problem = Problem(
            type=f"urn:triplewire:{self.kind}", title=self.title, status=self.status, detail=str(self)
        ).model_dump()
        return JSONResponse(problem | self.more, self.status, self.headers, MEDIA_TYPE)


def busy(detail: str) -> ProblemError:
    """Returns the problem of a server that has no room for another query or stream."""
    return ProblemError(503, "busy", "The server is busy", detail, headers={"Retry-After": "1"})


def of_graph(error: Exception) -> ProblemError:
    """Returns the problem that an error of Neo4j or its driver is."""
    code = getattr(error, "code", None) or ""
    if isinstance(error, TimeoutError) or any(word in code for word in _TIMED_OUT):
        return ProblemError(
            504,
            "too-slow",
            "The query took too long",
            "It was ended after the time that TRIPLEWIRE_SERVE_QUERY_SECONDS allows; ask for less: a smaller limit, or "
            "one relation.",
        )
    log.warning("graph_failed", code=code, error=str(error).partition("\n")[0])
    hint = "its schema is not complete: run `triplewire graph schema`" if _NO_INDEX in code else "try again later"
    return ProblemError(
        503,
        "no-graph",
        "The graph does not answer",
        f"Neo4j did not answer the query; {hint}.",
        headers={"Retry-After": "5"},
    )


def install(app: FastAPI) -> None:
    """Makes an application answer every error as a problem."""

    async def ours(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ProblemError)  # noqa: S101  # for the type checker
        return error.response()

    async def graph(_: Request, error: Exception) -> JSONResponse:
        return of_graph(error).response()

    async def invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)  # noqa: S101  # for the type checker
        wrong = "; ".join(f"{one['loc'][-1]}: {one['msg']}" for one in error.errors())
        return ProblemError(
            422, "invalid-request", "The request is not valid", f"{wrong}. /openapi.json lists every parameter."
        ).response()

    async def http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)  # noqa: S101  # for the type checker
        return ProblemError(
            error.status_code,
            "http",
            str(error.detail),
            f"{error.detail}. /openapi.json lists what can be asked.",
            headers=dict(error.headers or {}),
        ).response()

    async def unexpected(_: Request, __: Exception) -> JSONResponse:
        # uvicorn logs the error itself; nothing of it leaves the process.
        return ProblemError(
            500, "failed", "The request failed", "An error of ours, which the server's log describes."
        ).response()

    app.add_exception_handler(ProblemError, ours)
    app.add_exception_handler(Exception, unexpected)
    for kind in GRAPH_ERRORS:
        app.add_exception_handler(kind, graph)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
