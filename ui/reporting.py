"""Under the answers: the report, made when asked for and handed to the browser; nothing is kept."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from html import escape

import gradio as gr
from PIL import Image

from models.compare import Engine
from models.explain import HeatMap
from models.faces import Face, FaceFinder
from ui.heatmaps import overlay
from ui.on_demand import QUIET, OnDemand
from ui.photo import SHOWN_SIDE
from ui.pictures import content_uri, outlined
from ui.report import Line, Report, csv_text, json_text
from ui.report_pdf import pdf_page
from ui.results import Measured
from ui.text import Text

PHOTO, FACE = "photo", "face"  # what of the picture stands in the report
OPEN_FIRST = """() => {
  [...document.querySelectorAll(".report-files a")].find((e) => e.offsetParent)?.click();
}"""


class Reporting(OnDemand):
    """The report of the chosen face. measured, fingerprints: by scenario, as in the columns."""

    def __init__(
        self,
        text: Text,
        engine: Engine,
        finder: FaceFinder,
        concurrency_id: str,
        measured: Mapping[str, Measured | None],
        fingerprints: Mapping[str, str],
    ):
        super().__init__(text, engine, finder, concurrency_id)
        self.measured, self.fingerprints = measured, fingerprints

    def build(
        self, photo: gr.Image, chosen: gr.CheckboxGroup, face: gr.Radio, columns: gr.HTML
    ) -> None:
        """photo, chosen, face: what is reported. columns: as they change, the report is gone."""
        text = self.text
        with gr.Column(elem_classes="looks-area report-area"):
            self.head("report")
            with gr.Row(elem_classes="looks-ask"):
                picture = gr.Radio(
                    [(text(f"report.picture.{kind}"), kind) for kind in (PHOTO, FACE)],
                    value=PHOTO,
                    label=text("report.picture"),
                )
                button = gr.Button(text("report.button"))
            files = gr.HTML(elem_classes="report-files")
        asked, stale = [photo, chosen, face, picture], [columns.change, picture.input]
        run = self.answer(button, self.make, asked, files, stale)
        run.then(None, js=OPEN_FIRST, **QUIET)

    def make(self, path: str | None, slugs: list[str], number: int | None, picture: str) -> str:
        """Links that hold the PDF, the CSV and the JSON themselves, or a sentence."""
        text = self.text
        found = self.find(path, slugs, number)
        if isinstance(found, str):
            return found
        shown, face = found
        if picture == FACE:
            shown = Image.fromarray(face.crop)
        elif face.detected:
            shown = outlined(shown, face.box, "white")
        shown.thumbnail((SHOWN_SIDE, SHOWN_SIDE))
        chosen = [slug for slug in self.engine.scenarios if slug in slugs]
        now = datetime.datetime.now().astimezone()
        report = Report(shown, number or 1, self._lines(face, chosen), now)
        name = f"sidang-{now:%Y%m%d-%H%M%S}"
        files = (
            (f"{name}.pdf", "application/pdf", pdf_page(text, report)),
            # With the mark by which Excel knows UTF-8.
            (f"{name}.csv", "text/csv", csv_text(text, report).encode("utf-8-sig")),
            (f"{name}.json", "application/json", json_text(text, report).encode()),
        )
        return "".join(_link(*file) for file in files)

    def _lines(self, face: Face, slugs: Sequence[str]) -> tuple[Line, ...]:
        """What every chosen scenario says of the face, and where it looks."""
        (answers,) = self.engine.compare([face.crop], slugs)
        maps = {found.scenario: found for found in self.engine.explain(face.crop, answers)}
        lines = []
        for slug, answer in zip(slugs, answers, strict=True):
            scenario, found = self.engine.scenarios[slug], maps[slug]
            seen = overlay(scenario, face.crop, found.cells) if isinstance(found, HeatMap) else None
            figures, sha256 = self.measured.get(slug), self.fingerprints.get(slug)
            lines.append(Line(scenario, answer, seen, figures, sha256))
        return tuple(lines)


def _link(name: str, kind: str, content: bytes) -> str:
    return f'<a href="{content_uri(content, kind)}" download="{escape(name)}">{escape(name)}</a>'
