"""Metode / Method: the page around ``ui.method``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
import keras

from models.describe import segments, squeeze_block
from scenarios import Scenario
from ui.header import read_thesis, render_footer, render_header
from ui.method import render_method
from ui.text import Text


def build_method(
    text: Text,
    scenarios: Sequence[Scenario],
    networks: Mapping[str, keras.Model],
    results: Mapping[str, dict[str, Any] | None],
) -> None:
    """Lay the page out inside the Blocks being built; networks and results by slug."""
    records = {slug: result and result["training"] for slug, result in results.items()}
    counted = {slug: segments(network) for slug, network in networks.items()}
    blocks = {slug: squeeze_block(network) for slug, network in networks.items()}
    squeeze = {slug: block for slug, block in blocks.items() if block}
    thesis = read_thesis()
    gr.HTML(render_header(text, thesis, "method"))
    gr.HTML(render_method(text, scenarios, counted, records, squeeze, thesis))
    gr.HTML(render_footer(text))
