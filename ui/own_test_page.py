"""Uji sendiri / Your own test set: many photos or zips in, every model's answers and figures out.

A test runs for minutes, so its event has a queue of its own: a single photo of somebody else waits
for one chunk of faces (the engine's lock), never for the whole set.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.processing_utils import save_bytes_to_cache

from models.archive import ArchiveRefused
from models.compare import Engine
from models.faces import FaceFinder
from models.photos import Photo, Upload, gather, read_many
from models.scoring import score
from ui.header import read_thesis, render_footer, render_header, render_notice
from ui.own_test import duration, folder_labels, render_intro, render_progress, render_scores
from ui.own_test_rows import ORDERS, ROWS, arrange, render_csv, render_table
from ui.text import Text
from ui.uploads import Uploads

QUEUE = "sets"
AT_ONCE = 2  # tests that run side by side, chunk by chunk; a third waits
STATE_SECONDS = 600  # a visitor's results are forgotten after this
CSV_NAMES = {"id": "sidang-uji-sendiri.csv", "en": "sidang-own-test.csv"}


class OwnTestPage:
    """The page in one language; ``build`` lays it out inside the Blocks being built."""

    def __init__(self, text: Text, engine: Engine, finder: FaceFinder, uploads: Uploads):
        self.text, self.engine, self.finder, self.uploads = text, engine, finder, uploads
        self.scenarios = list(engine.scenarios.values())

    def build(self) -> None:
        text = self.text
        gr.HTML(render_header(text, read_thesis(), "own"))
        gr.HTML(render_intro(text))
        files = gr.File(
            label=text("own.files"), file_count="multiple", height=220, elem_classes="own-files"
        )
        # Gradio would leave an empty file behind for each one, and lose its own name.
        files.preprocess = _uploads  # type: ignore[method-assign, assignment]
        with gr.Row(elem_classes="own-buttons"):
            start = gr.Button(text("own.start"), variant="primary", size="lg")
            stop = gr.Button(text("own.stop"), size="lg", visible=False)
        progress = gr.HTML(elem_classes="own-progress")
        with gr.Column(visible=False, elem_classes="own-results") as results:
            scores = gr.HTML()
            self.csv = gr.DownloadButton(text("own.download"), elem_classes="own-download")
            gr.HTML(self._table_head())
            with gr.Row(elem_classes="own-ask"):
                order = gr.Dropdown(label=text("own.order"), filterable=False)
                part = gr.Dropdown(label=text("own.part"), filterable=False)
            table = gr.HTML()
        gr.HTML(render_footer(text))
        photos = gr.State(None, time_to_live=STATE_SECONDS)
        stopping = gr.State(None)

        quiet: dict[str, Any] = {"api_visibility": "private"}
        shown = [progress, start, stop, results, scores, self.csv, order, part, table, photos]
        start.click(
            self.begin, None, [stopping, *shown], queue=False, show_progress="hidden", **quiet
        ).then(
            self.run,
            [files, stopping],
            shown,
            concurrency_id=QUEUE,
            concurrency_limit=AT_ONCE,
            show_progress="hidden",
            **quiet,
        )
        stop.click(self.stop, stopping, stop, queue=False, show_progress="hidden", **quiet)
        order.input(self.rearrange, [order, photos], [progress, part, table], queue=False, **quiet)
        part.input(self.turn, [order, part, photos], [progress, table], queue=False, **quiet)

    def _table_head(self) -> str:
        note = self.text("own.download.note", minutes=STATE_SECONDS // 60)
        return (
            f'<div class="evidence"><p class="note">{note}</p><h2>{self.text("own.table")}</h2>'
            "</div>"
        )

    def begin(self) -> tuple[Any, ...]:
        """At once, before its turn: a flag to stop by, and earlier results gone from the page."""
        waiting = f'<p class="run">{self.text("own.waiting")}</p>'
        return threading.Event(), *self._shown(waiting, running=True)

    def stop(self, stopping: threading.Event | None) -> Any:
        """Let the running test end with what it has."""
        if stopping is not None:
            stopping.set()
        return gr.Button(self.text("own.stopping"), interactive=False)

    def run(
        self,
        uploads: Sequence[Upload] | None,
        stopping: threading.Event | None,
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        """``read``, after which the files are deleted and the CSV belongs to the visitor's page."""
        try:
            for shown in self.read(uploads, stopping):
                csv = [path for path in shown if isinstance(path, Path)]
                self.uploads.arrived(map(str, csv))
                self.uploads.show(request.session_hash, map(str, csv))
                yield shown
        finally:
            self.uploads.release(str(upload.path) for upload in uploads or ())

    def read(
        self, uploads: Sequence[Upload] | None, stopping: threading.Event | None
    ) -> Iterator[tuple[Any, ...]]:
        """Read everything, telling after each chunk how far it is; then the results."""
        text, stopping = self.text, stopping or threading.Event()
        if not any(upload.path.exists() for upload in uploads or ()):
            key = "own.gone" if uploads else "own.none"
            yield self._shown(render_notice(text(key), "problem"))
            return
        uploads, photos, began = uploads or (), [], time.monotonic()
        with ExitStack() as stack:
            try:
                sources = gather(uploads, folder_labels(), stack)
            except ArchiveRefused as refusal:
                most = text.number(refusal.details["most"])
                yield self._shown(render_notice(text("own.too_many", most=most), "problem"))
                return
            yield self._progress(0, len(sources), 0)
            for chunk in read_many(self.engine, self.finder, sources, stopping.is_set):
                photos += chunk
                _keep(uploads)
                yield self._progress(len(photos), len(sources), time.monotonic() - began)
        yield self._finished(photos, len(sources), time.monotonic() - began)

    def _progress(self, done: int, total: int, seconds: float) -> tuple[Any, ...]:
        html = render_progress(self.text, done, total, seconds)
        return html, *(gr.skip() for _ in range(9))

    def _shown(self, progress: str, running: bool = False) -> tuple[Any, ...]:
        """No results: a sentence, and the buttons as they are while a test runs or does not."""
        start = gr.Button(interactive=not running)
        stop = gr.Button(self.text("own.stop"), visible=running, interactive=True)
        return progress, start, stop, gr.Column(visible=False), "", None, *_KEPT, "", None

    def _finished(self, photos: list[Photo], total: int, seconds: float) -> tuple[Any, ...]:
        """The results of the photos that were read before the end or the stop."""
        text, scenarios = self.text, self.scenarios
        read = text.number(sum(photo.problem is None for photo in photos))
        done, of = text.number(len(photos)), text.number(total)
        sentence = (
            text("own.done", read=read, total=of, time=duration(text, seconds))
            if len(photos) == total
            else text("own.stopped", read=read, done=done, total=of)
        )
        notice = render_notice(sentence, "hint")
        if not photos:
            return self._shown(notice)
        _, start, stop, *_ = self._shown("")
        scores = [score(scenario, photos) for scenario in scenarios]
        html = (
            f'<section class="evidence" id="hasil" tabindex="-1" '
            f'aria-label="{text("own.scores")}">'
            f"{render_scores(text, scenarios, scores, photos)}</section>"
        )
        csv = self._saved_csv(photos)
        if csv is None:
            notice += render_notice(text("own.no_csv"), "problem")
        orders = self._orders(photos)
        rows = arrange(photos, orders[0])
        return (
            notice,
            start,
            stop,
            gr.Column(visible=True),
            html,
            csv,
            gr.Dropdown(
                [(text(f"own.order.{order}"), order) for order in orders],
                value=orders[0],
                visible=len(orders) > 1,
            ),
            self._parts(rows),
            render_table(text, scenarios, rows),
            photos,
        )

    def _saved_csv(self, photos: list[Photo]) -> Path | None:
        """The table as a file to download; None where the disk has no room for it."""
        content = render_csv(self.text, self.scenarios, photos)
        name = CSV_NAMES[self.text.language]
        try:
            return Path(save_bytes_to_cache(content, name, self.csv.GRADIO_CACHE))
        except OSError:
            return None

    def _orders(self, photos: Sequence[Photo]) -> list[str]:
        """Those of ORDERS that mean something for these photos."""
        useless = set()
        if not any(photo.truth and photo.answers for photo in photos):
            useless.add("wrong")
        if not any(photo.problem for photo in photos):
            useless.add("problems")
        return [order for order in ORDERS if order not in useless]

    def _parts(self, rows: Sequence[Photo]) -> Any:
        """The choice of which ROWS of them are shown; hidden where all are."""
        text, total = self.text, len(rows)
        choices = [
            (
                text(
                    "own.part.range",
                    first=text.number(first + 1),
                    last=text.number(min(first + ROWS, total)),
                    total=text.number(total),
                ),
                first,
            )
            for first in range(0, max(total, 1), ROWS)
        ]
        return gr.Dropdown(choices, value=0, visible=len(choices) > 1)

    def rearrange(self, order: str, photos: list[Photo] | None) -> tuple[Any, ...]:
        """Another order: its first rows."""
        if photos is None:
            return self._expired(), gr.skip(), ""
        rows = arrange(photos, order)
        return gr.skip(), self._parts(rows), render_table(self.text, self.scenarios, rows)

    def turn(self, order: str, first: int, photos: list[Photo] | None) -> tuple[Any, ...]:
        """Other rows of the same order."""
        if photos is None:
            return self._expired(), ""
        rows = arrange(photos, order)[first:]
        return gr.skip(), render_table(self.text, self.scenarios, rows)

    def _expired(self) -> str:
        return render_notice(self.text("own.expired"), "problem")


_KEPT = (gr.skip(), gr.skip())  # order and part, which are hidden with the results


def _uploads(payload: Any) -> list[Upload] | None:
    """What was dropped, as it is."""
    if payload is None:
        return None
    return [Upload(Path(file.path), file.orig_name or Path(file.path).name) for file in payload]


def _keep(uploads: Sequence[Upload]) -> None:
    """While a test runs its files are in use: Gradio's sweeper goes by when they were touched."""
    for upload in uploads:
        with contextlib.suppress(OSError):  # it is gone, and its row will say so
            os.utime(upload.path)
