"""Gradio's Blocks as this app needs them."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.blocks import BlockFunction
from gradio.exceptions import ComponentProcessingError
from gradio.routes import App
from gradio.state_holder import SessionState

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


class Misfit(Exception):
    """A question whose values do not fit."""


class Pages(gr.Blocks):
    """Gradio's Blocks, which answer in the caller's language to values that do not fit, keep
    nothing of who has left, and are built without being built again for every page."""

    one_question: frozenset[str] = frozenset()  # endpoints that remember nothing for the next one

    def __exit__(self, *problem: Any) -> None:
        """The end of a page, after which there may be another.

        Gradio would make its web application, a hundred routes, at the end of each and throw it
        away at the next: most of what building all pages took. ``queue`` and ``launch`` make it.
        """
        make = App.create_app
        App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[assignment]
        try:
            super().__exit__(*problem)
        finally:
            App.create_app = make  # type: ignore[method-assign]

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
        caller = request[0] if isinstance(request, list) else request
        try:
            return await super().process_api(block_fn, inputs, state, request, **named)
        except Misfit as error:
            sentence = language_of(caller.headers if caller else {})("error.request.misfit")
            raise gr.Error(sentence, print_exception=False) from error
        finally:
            if isinstance(block_fn, BlockFunction) and block_fn.api_name in self.one_question:
                self.forget(caller.session_hash if caller else None)

    def forget(self, session: str | None) -> None:
        """Keep nothing of a session: what its page showed, and what was remembered for it.

        Gradio keeps both of every session, also of a program that asks once and never again, a
        quarter of a megabyte each. To be called where Gradio's own loop runs, which walks over
        them.
        """
        self.state_holder.session_data.pop(session or "", None)
        self.state_holder.time_last_used.pop(session or "", None)
