"""Hasil / Evidence: the page behind the figures, read once at the start."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr

from scenarios import Scenario
from ui.evidence import render_evidence
from ui.header import read_thesis, render_footer, render_header
from ui.results import RESULTS
from ui.text import ASSETS, Text


def build_evidence(
    text: Text,
    scenarios: Sequence[Scenario],
    results: Mapping[str, dict[str, Any] | None],
    comparison: dict[str, Any] | None,
) -> None:
    """Lay the page out inside the Blocks being built; arguments as in ``render_evidence``."""
    references = json.loads((ASSETS / "references.json").read_text("utf-8"))
    gr.HTML(render_header(text, read_thesis(), "evidence"))
    gr.HTML(render_evidence(text, scenarios, results, comparison, references))
    gr.HTML(render_footer(text))


def read_comparison(
    fingerprints: dict[str, str], path: Path = RESULTS / "comparison.json"
) -> dict[str, Any] | None:
    """The tests between scenarios; None where broken, missing, or made with other weights."""
    try:
        found = json.loads(path.read_text("utf-8"))
        known = {slug: fingerprints.get(slug) for slug in found["weights"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if known == found["weights"] else None
