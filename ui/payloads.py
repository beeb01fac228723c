"""What a program is told whose question is none: a sentence in its language, and no inner names.

Gradio would answer in English with what it tripped over, folders of this computer among it.
"""

from __future__ import annotations

import traceback

from fastapi.exceptions import RequestValidationError
from gradio.route_utils import FnIndexInferError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from ui.doors import language_of

_WHERE_QUESTIONS_ARE_READ = ("construct_args", "get_fn")  # of gradio_client and of Gradio
UNREADABLE_BODY = "There was an error parsing the body"  # FastAPI's words


async def _not_understood(request: Request, error: Exception) -> JSONResponse:
    """No JSON, or not the fields that a question has."""
    status, sentence = 422, language_of(request.headers)("error.request.misfit")
    if isinstance(error, HTTPException):
        status = error.status_code
        sentence = sentence if error.detail == UNREADABLE_BODY else error.detail
        return JSONResponse({"detail": sentence}, status, error.headers)
    return JSONResponse({"detail": sentence}, status)


async def _no_such_field(request: Request, error: Exception) -> JSONResponse:
    """A field that the endpoint lacks or needs, or an event's number that there is not.

    Gradio lets Python's own errors out for these; from anywhere else they are faults of ours.
    """
    places = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    if not places or places[-1] not in _WHERE_QUESTIONS_ARE_READ:
        raise error
    return JSONResponse({"detail": language_of(request.headers)("error.request.misfit")}, 422)


async def _no_such_name(request: Request, _: Exception) -> JSONResponse:
    """An endpoint that there is not."""
    return JSONResponse({"detail": language_of(request.headers)("error.request.name")}, 404)


async def _broken(request: Request, _: Exception) -> JSONResponse:
    """What nobody thought of; the terminal shows it."""
    return JSONResponse({"detail": language_of(request.headers)("error.request.broken")}, 500)


HANDLERS = {
    RequestValidationError: _not_understood,
    HTTPException: _not_understood,
    TypeError: _no_such_field,
    KeyError: _no_such_field,
    FnIndexInferError: _no_such_name,
    Exception: _broken,
}
