"""Turns what goes wrong below a part of the app into that API's own error answers."""

import logging
import sqlite3
from collections.abc import Callable
from typing import Final

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from mcp_server.local.complaints import complaint, is_foreseen
from mcp_server.local.database import LocalStoreError

_LOG: Final = logging.getLogger(__name__)
_MESSAGES: Final = {
    404: ("NOT_FOUND", "There is nothing at this path."),
    405: ("METHOD_NOT_ALLOWED", "This path does not take that method."),
}

Respond = Callable[[int, str, str], Response]
"""Takes the status, the code and the message."""


def answered_failures(app: ASGIApp, respond: Respond) -> ASGIApp:
    """Return the app with an answer for unknown paths, an unusable store, and our own mistakes.

    What was not foreseen is logged, and the answer says nothing of it.
    """

    async def http(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        code, message = _MESSAGES.get(status, ("HTTP_ERROR", "The request cannot be served."))
        response = respond(status, code, message)
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)
        return response

    async def store(_request: Request, error: Exception) -> Response:
        _LOG.error("The local store cannot be used: %s", error)
        return respond(500, "LOCAL_STORE_ERROR", str(error))

    async def unforeseen(request: Request, error: Exception) -> Response:
        _LOG.error("%s %s failed", request.method, request.url.path, exc_info=error)
        return respond(500, "INTERNAL_ERROR", "The local upstream failed; its log says how.")

    async def sqlite(request: Request, error: Exception) -> Response:
        if isinstance(error, sqlite3.Error) and is_foreseen(error):
            return await store(request, LocalStoreError(complaint(error)))
        return await unforeseen(request, error)

    return ExceptionMiddleware(
        app,
        handlers={
            HTTPException: http,
            LocalStoreError: store,
            sqlite3.DatabaseError: sqlite,
            Exception: unforeseen,
        },
    )
