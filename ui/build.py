"""The whole app: the same pages in two languages, and the API."""

from __future__ import annotations

from contextlib import suppress

import gradio as gr

from models.compare import Engine
from models.faces import FaceFinder
from models.weights import WeightsError, read_entry
from ui.addresses import stay_at_home
from ui.api import ENDPOINT, add_api
from ui.compare_page import ComparePage
from ui.data_page import data_page
from ui.evidence_page import build_evidence
from ui.findings import read_findings
from ui.header import PATHS
from ui.live import FrameReader
from ui.live_page import build_live
from ui.method_page import build_method
from ui.own_test_page import OwnTestPage
from ui.pages import Pages
from ui.programs import build_programs
from ui.results import measured_in, read_kept
from ui.samples import NO_COPY, OwnCopy
from ui.text import load_text
from ui.uploads import Uploads

MODELS_QUEUE = "models"  # every event that runs networks waits in this one queue


def build(
    engine: Engine, finder: FaceFinder, own: OwnCopy = NO_COPY, *, uploads: Uploads
) -> gr.Blocks:
    """Blocks with every page in both languages, at the addresses of ``ui.header.PATHS``.

    own: the user's copy of the datasets, for the samples on the page about the data. uploads: what
    becomes of visitors' files; its folder is the one in GRADIO_TEMP_DIR.
    """
    stay_at_home()
    fingerprints = weights_fingerprints(engine)
    findings = read_findings(engine.scenarios, fingerprints)
    results = findings.results
    measured = {slug: measured_in(result) if result else None for slug, result in results.items()}
    kept = {slug: read_kept(slug, fingerprints.get(slug)) for slug in engine.scenarios}
    data = data_page(engine, MODELS_QUEUE, own, kept)
    indonesian, english = load_text("id"), load_text("en")
    known = measured, fingerprints
    with Pages(title=indonesian("page.title"), analytics_enabled=False) as app:
        ComparePage(indonesian, engine, finder, *known, MODELS_QUEUE, uploads).build()
        add_api(engine, finder, MODELS_QUEUE, uploads)
    app.one_question = frozenset({ENDPOINT})
    with app.route(english("page.title"), "/en", show_in_navbar=False):
        ComparePage(english, engine, finder, *known, MODELS_QUEUE, uploads).build()
    scenarios = list(engine.scenarios.values())
    reader = FrameReader(engine, finder, measured)
    for text in (indonesian, english):
        paths = PATHS[text.language]
        with app.route(text("nav.live"), f"/{paths['live']}", show_in_navbar=False):
            build_live(text, reader)
        with app.route(text("nav.evidence"), f"/{paths['evidence']}", show_in_navbar=False):
            build_evidence(text, scenarios, findings)
        with app.route(text("nav.data"), f"/{paths['data']}", show_in_navbar=False):
            data.build(text)
        with app.route(text("nav.own"), f"/{paths['own']}", show_in_navbar=False):
            OwnTestPage(text, engine, finder, uploads).build()
        with app.route(text("nav.method"), f"/{paths['method']}", show_in_navbar=False):
            build_method(text, scenarios, engine.networks, results)
        with app.route(text("nav.program"), f"/{paths['program']}", show_in_navbar=False):
            build_programs(text, scenarios)

    async def leave(request: gr.Request) -> None:
        app.forget(request.session_hash)
        uploads.leave(request.session_hash)

    app.unload(leave)
    app.queue(api_open=False)  # nobody asks the networks past the queue
    uploads.names = app.temp_file_sets
    uploads.spared = own_files(app)
    return app


def own_files(app: gr.Blocks) -> frozenset[str]:
    """Paths of the files that belong to the page itself, such as the icons of examples.

    A visitor may send the same picture: it then has the same path, and must not go with them.
    """
    kept = set().union(*(block.keep_in_cache for block in app.blocks.values()))
    icons = (getattr(block, "icon", None) for block in app.blocks.values())
    return frozenset(kept | {icon["path"] for icon in icons if isinstance(icon, dict)})


def weights_fingerprints(engine: Engine) -> dict[str, str]:
    """SHA-256 of each scenario's weights, as the manifest says; absent where it cannot be read."""
    found = {}
    for slug in engine.scenarios:
        with suppress(WeightsError):
            found[slug] = read_entry(engine.folder, slug).sha256
    return found
