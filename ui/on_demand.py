"""Sections under the answers that are worked out only when their button is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import gradio as gr
from PIL import Image

from models.compare import Engine
from models.faces import Face, FaceFinder
from ui.header import render_notice
from ui.reading import read_again
from ui.text import Text

QUIET: dict[str, Any] = {"api_visibility": "private"}


class OnDemand:
    """One section in one language; CSS hides it until there are answers.

    ``build`` of each section lays it out inside the Blocks being built.
    """

    def __init__(self, text: Text, engine: Engine, finder: FaceFinder, concurrency_id: str):
        self.text, self.engine, self.finder = text, engine, finder
        self.concurrency_id = concurrency_id

    def head(self, name: str) -> None:
        """The section's title and what it is for."""
        title, lead = self.text(f"{name}.title"), self.text(f"{name}.lead")
        gr.HTML(f"<h3>{escape(title)}</h3><p>{escape(lead)}</p>", elem_classes="looks-head")

    def answer(
        self,
        button: gr.Button,
        function: Callable[..., str],
        asked: Sequence[Any],
        shown: gr.HTML,
        stale: Sequence[Any],
    ) -> Any:
        """Press the button: ``function`` of ``asked`` is shown, until one of ``stale`` happens."""
        run = button.click(
            function, list(asked), shown, concurrency_id=self.concurrency_id, **QUIET
        )
        gr.on(list(stale), lambda: "", None, shown, queue=False, cancels=[run], **QUIET)
        return run

    def find(
        self, path: str | None, slugs: Sequence[str], number: int | None
    ) -> tuple[Image.Image, Face] | str:
        """The photo and the face that was answered, or the sentence that says why not, as HTML."""
        if not slugs:
            return render_notice(self.text("notice.no_scenario"), "problem")
        found = read_again(self.finder, path, number)
        return found or render_notice(self.text("looks.photo_gone"), "problem")
