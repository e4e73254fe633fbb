"""RFC 9457 problem details: the one shape of every error a service answers with."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import TypeAlias

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from runtime.kit.database import away

MEDIA_TYPE = "application/problem+json"
Member: TypeAlias = str | int | Sequence[Mapping[str, str]] | Mapping[str, str]


class Problem(Exception):
    """An error with a status and a sentence for the caller; raise it anywhere below a route."""

    def __init__(
        self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **members: Member
    ) -> None:
        """`members` are extension members of the problem object."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members

    def response(self, instance: str) -> Response:
        """The problem as a response; `instance` is the path of the request."""
        body: dict[str, Member] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            **self.members,
        }
        return JSONResponse(body, self.status, self.headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer the errors that routes of `app` raise on purpose with problems (the envelope does the
    others).
    """
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    for kind in (DBAPIError, PoolTimeout, OSError):
        app.add_exception_handler(kind, _away)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class only
    return error.response(request.url.path)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    return Problem(error.status_code, str(error.detail), headers=error.headers).response(request.url.path)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    found = [{"field": ".".join(str(p) for p in e["loc"]), "detail": str(e["msg"])} for e in error.errors()]
    return Problem(422, "The request is not valid; see errors.", errors=found).response(request.url.path)


async def _away(request: Request, error: Exception) -> Response:
    if not away(error):
        raise error
    return Problem(503, "The database does not answer now.", headers={"Retry-After": "2"}).response(request.url.path)
