"""The whole app: the same pages in two languages, and the API."""

from __future__ import annotations

import gradio as gr

from models.compare import Engine
from models.faces import FaceFinder
from models.weights import WeightsError, read_manifest
from ui.api import add_api
from ui.compare_page import ComparePage
from ui.results import Measured, read_measured
from ui.text import load_text

MODELS_QUEUE = "models"  # every event that runs networks waits in this one queue
FILES_SECONDS = 600  # uploaded files are deleted when they are older
SWEEP_SECONDS = 60


def build(engine: Engine, finder: FaceFinder) -> gr.Blocks:
    """Blocks with Indonesian at "/" and English at "/en"."""
    measured = measure(engine)
    indonesian, english = load_text("id"), load_text("en")
    with gr.Blocks(
        title=indonesian("page.title"),
        analytics_enabled=False,
        delete_cache=(SWEEP_SECONDS, FILES_SECONDS),
    ) as app:
        ComparePage(indonesian, engine, finder, measured, MODELS_QUEUE).build()
        add_api(engine, finder, MODELS_QUEUE)
    with app.route(english("page.title"), "/en", show_in_navbar=False):
        ComparePage(english, engine, finder, measured, MODELS_QUEUE).build()
    return app


def measure(engine: Engine) -> dict[str, Measured | None]:
    """Each scenario's measured accuracy, where it was measured on the weights at hand."""
    try:
        entries = read_manifest(engine.folder)
    except WeightsError:
        entries = {}
    return {
        slug: read_measured(slug, entries[slug].sha256 if slug in entries else None)
        for slug in engine.scenarios
    }
