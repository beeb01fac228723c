"""Hasil / Evidence: the page behind the figures, read once at the start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from models.compare import Engine
from ui.evidence import render_evidence
from ui.header import read_thesis, render_footer, render_header
from ui.results import RESULTS, read_result
from ui.text import ASSETS, Text


def build_evidence(text: Text, engine: Engine, fingerprints: dict[str, str]) -> None:
    """Lay the page out inside the Blocks being built; fingerprints: of the weights, by slug."""
    results = {slug: read_result(slug, fingerprints.get(slug)) for slug in engine.scenarios}
    gr.HTML(render_header(text, read_thesis(), "evidence"))
    gr.HTML(
        render_evidence(
            text,
            list(engine.scenarios.values()),
            results,
            read_comparison(fingerprints),
            json.loads((ASSETS / "references.json").read_text("utf-8")),
        )
    )
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
