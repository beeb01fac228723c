"""Hasil / Evidence: the page behind the figures, read once at the start."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

from scenarios import Scenario
from ui.evidence import render_evidence
from ui.findings import Findings
from ui.header import read_thesis, render_footer, render_header, render_notice
from ui.text import Text


def build_evidence(
    text: Text,
    scenarios: Sequence[Scenario],
    findings: Findings,
) -> None:
    """Lay the page out inside the Blocks being built."""
    gr.HTML(render_header(text, read_thesis(), "evidence"))
    if findings.broken:
        files = text.join(findings.broken)
        gr.HTML(render_notice(text("evidence.broken", files=files), "problem"))
    gr.HTML(
        render_evidence(
            text,
            scenarios,
            findings.results,
            findings.comparison,
            findings.references,
            findings.ablation,
            findings.regions,
            findings.benchmark,
            subset=findings.subset,
            disagreement=findings.disagreement,
        )
    )
    gr.HTML(render_footer(text))
