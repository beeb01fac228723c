"""Untuk program / For programs: how a script asks what the pages ask; complete without a network.

The examples are files in ``assets/programs``; ``tests/test_programs.py`` runs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import gradio as gr

from models.refusals import MAX_BYTES
from scenarios import Scenario
from ui.charts import render_table
from ui.header import read_thesis, render_footer, render_header
from ui.text import ASSETS, Text

PROGRAMS = ASSETS / "programs"
EXAMPLES = {"python": "compare.py", "javascript": "compare.mjs", "shell": "compare.sh"}
OPENAPI = "gradio_api/openapi.json"
# The addresses that document lists, and the end of our key for each.
ADDRESSES = {
    "POST /gradio_api/upload": "upload",
    "POST /gradio_api/call/v2/compare": "ask",
    "GET /gradio_api/call/compare/{event_id}": "fetch",
}
FIELDS = (
    "image",
    "faces",
    "box",
    "score",
    "detected",
    "predictions",
    "scenario",
    "distribution",
    "milliseconds",
    "failure",
)


def render_programs(text: Text, scenarios: Sequence[Scenario]) -> str:
    """The whole page."""
    examples = "".join(
        f'<article class="proof"><h3>{escape(text(f"program.{name}"))}</h3>'
        f"{_code(text, name, file)}</article>"
        for name, file in EXAMPLES.items()
    )
    addresses = [[address, text(f"program.address.{name}")] for address, name in ADDRESSES.items()]
    fields = [[name, text(f"program.field.{name}")] for name in FIELDS]
    slugs = ", ".join(scenario.slug for scenario in scenarios)
    link = f'<a href="{OPENAPI}">openapi.json</a>'
    heads = [text("program.address"), text("program.meaning")]
    return (
        f'<section class="evidence programs" id="hasil" tabindex="-1" '
        f'aria-label="{escape(text("nav.program"))}"><h2>{escape(text("program.title"))}</h2>'
        f'<p class="lead">{escape(text("program.lead"))}</p><div class="whole">{examples}</div>'
        f"<h2>{escape(text('program.answer'))}</h2>"
        f'<p class="lead">{escape(text("program.answer.lead", scenarios=slugs))}</p>'
        f'<div class="proof">{render_table([text("program.field"), heads[1]], fields)}</div>'
        f"<h2>{escape(text('program.addresses'))}</h2>"
        f'<p class="lead">{escape(text("program.addresses.lead"))} {link}</p>'
        f'<div class="proof">{render_table(heads, addresses)}'
        f'<p class="note">{escape(text("program.limits", megabytes=_megabytes(text)))}</p></div>'
        f"<h2>{escape(text('program.mcp'))}</h2>"
        f'<p class="lead">{escape(text("program.mcp.lead"))}</p>'
        f'<article class="proof">{_code(text, "mcp.label", "mcp.json")}</article></section>'
    )


def _code(text: Text, name: str, file: str) -> str:
    label = escape(text(f"program.{name}"))
    content = escape((PROGRAMS / file).read_text("utf-8").rstrip())
    return (
        f'<pre class="scroll" tabindex="0" role="group" aria-label="{label}" lang="en">'
        f"<code>{content}</code></pre>"
    )


def _megabytes(text: Text) -> str:
    return text.number(MAX_BYTES / 1_000_000)


def build_programs(text: Text, scenarios: Sequence[Scenario]) -> None:
    """Lay the page out inside the Blocks being built."""
    gr.HTML(render_header(text, read_thesis(), "program"))
    gr.HTML(render_programs(text, scenarios))
    gr.HTML(render_footer(text))
