"""Langsung / Live: the camera's page in one language."""

from __future__ import annotations

from typing import Any

import gradio as gr

from ui.header import read_thesis, render_footer, render_header
from ui.live import FrameReader, render_live
from ui.sentences import failure_reason
from ui.text import ASSETS, Text


def build_live(text: Text, reader: FrameReader) -> None:
    """Lay the page out inside the Blocks being built."""

    def read_frame(asked: Any) -> dict[str, Any]:
        """Called by the page's script with each frame."""
        return reader.read(text, asked)

    engine = reader.engine
    failures = {slug: failure_reason(text, failed) for slug, failed in engine.failures.items()}
    gr.HTML(render_header(text, read_thesis(), "live"))
    gr.HTML(
        render_live(text, list(engine.scenarios.values()), reader.measured, failures),
        js_on_load=(ASSETS / "camera.js").read_text("utf-8"),
        server_functions=[read_frame],
    )
    gr.HTML(render_footer(text))
