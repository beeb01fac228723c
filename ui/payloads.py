"""What a program is told whose question is none: a sentence in its language, and no inner names.

Gradio would answer in English with what it tripped over, folders of this computer among it.
"""

from __future__ import annotations

import traceback
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from gradio.blocks import BlockFunction
from gradio.exceptions import ComponentProcessingError
from gradio.route_utils import FnIndexInferError
from gradio.state_holder import SessionState
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from ui.doors import language_of

# What Gradio raises on values that are not of a component's form: of the wrong type or number,
# without a field, choices that there are not, files that nobody uploaded, impossible names.
_MISFITS = (
    gr.Error,
    ComponentProcessingError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OSError,
)
# Functions of gradio_client and of Gradio; "_" is its route for /call/v2.
_WHERE_QUESTIONS_ARE_READ = ("construct_args", "get_fn", "component_server", "_")


class Misfit(Exception):
    """A question whose values do not fit."""


class Pages(gr.Blocks):
    """Gradio's Blocks, which answer in the caller's language to values that do not fit."""

    async def preprocess_data(
        self,
        block_fn: BlockFunction,
        inputs: list[Any],
        state: SessionState | None,
        explicit_call: bool = False,
    ) -> list[Any]:
        """The values as our functions take them. Raises Misfit."""
        try:
            return await super().preprocess_data(block_fn, inputs, state, explicit_call)
        except _MISFITS as error:
            raise Misfit from error

    async def process_api(  # type: ignore[override]
        self,
        block_fn: BlockFunction | int,
        inputs: list[Any],
        state: SessionState | None = None,
        request: gr.Request | list[gr.Request] | None = None,
        **named: Any,  # as Gradio's own, whatever its release has of them
    ) -> dict[str, Any]:
        """One question's answer. Raises gr.Error with a sentence."""
        try:
            return await super().process_api(block_fn, inputs, state, request, **named)
        except Misfit as error:
            caller = request[0] if isinstance(request, list) else request
            text = language_of(caller.headers if caller else {})
            function = self.fns[block_fn] if isinstance(block_fn, int) else block_fn
            # A page asks rightly: what it shows was deleted since, or the app was started again.
            gone = function.api_visibility == "private"
            sentence = text("error.request.gone" if gone else "error.request.misfit")
            raise gr.Error(sentence, print_exception=False) from error
        except gr.Error:
            raise
        except Exception as error:  # what nobody thought of; Gradio would tell the caller its words
            caller = request[0] if isinstance(request, list) else request
            text = language_of(caller.headers if caller else {})
            raise gr.Error(text("error.request.broken")) from error


async def _not_understood(request: Request, error: Exception) -> JSONResponse:
    """No JSON, not the fields that a question has, or no such place. Gradio says it in English."""
    text, misfit = language_of(request.headers), "error.request.misfit"
    if not isinstance(error, HTTPException):
        return JSONResponse({"detail": text(misfit)}, 422)
    detail: Any = error.detail
    if isinstance(detail, str) and (request.method, request.url.path) != ("POST", "/login"):
        detail = text(
            {404: "error.request.name", 503: "error.request.broken"}.get(error.status_code, misfit)
        )
    return JSONResponse({"detail": detail}, error.status_code, error.headers)


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
