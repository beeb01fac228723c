"""Data: the page around ``ui.data``, and the samples of the user's own copy below it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from models.compare import Engine
from models.study.datasets import DatasetError
from models.study.disagreement import disagreement, most_accurate
from ui.data import render_data
from ui.doubtful import Contradicted
from ui.gallery import render_gallery
from ui.header import read_thesis, render_footer, render_header, render_notice
from ui.results import RESULTS
from ui.samples import MOST_READ, ExamSamples, Kept, OwnCopy
from ui.text import Text

ANY = ""  # instead of an emotion or a scenario: not asked for
PLACE_SECONDS = 3600  # after which a visitor's place among the samples is forgotten


@dataclass(frozen=True)
class DataPage:
    """What the page needs in any language. closed: as in OwnCopy. exams: by dataset."""

    engine: Engine
    concurrency_id: str
    counted: dict[str, Any] | None
    contradicted: Mapping[str, Contradicted]
    closed: str | None
    exams: Mapping[str, ExamSamples]

    def build(self, text: Text) -> None:
        """Lay the page out inside the Blocks being built."""
        gr.HTML(render_header(text, read_thesis(), "data"))
        gr.HTML(render_data(text, self.counted, self.contradicted))
        with gr.Column(elem_classes="gallery-area"):
            lead = text(f"gallery.closed.{self.closed}" if self.closed else "gallery.lead")
            gr.HTML(
                f'<section class="evidence"><h2>{escape(text("gallery.title"))}</h2>'
                f'<p class="lead">{escape(lead)}</p></section>'
            )
            if self.exams:
                self._build_gallery(text)
        gr.HTML(render_footer(text))

    def _build_gallery(self, text: Text) -> None:
        """What is asked for, the button, the samples."""
        first = next(iter(self.exams))
        networks = [s for slug, s in self.engine.scenarios.items() if slug in self.engine.networks]
        with gr.Row(elem_classes="gallery-ask"):
            dataset = gr.Dropdown(
                [(_exam_name(text, exam), name) for name, exam in self.exams.items()],
                value=first,
                label=text("gallery.dataset"),
                filterable=False,
            )
            emotion = gr.Dropdown(
                _emotions(text, self.exams[first]),
                value=ANY,
                label=text("gallery.emotion"),
                filterable=False,
            )
            wrong_by = gr.Dropdown(
                [(text("gallery.any"), ANY), *((text(s.title), s.slug) for s in networks)],
                value=ANY,
                label=text("gallery.wrong"),
                filterable=False,
            )
            button = gr.Button(text("gallery.show"), variant="primary")
        samples = gr.HTML(elem_classes="samples-area")
        note = text("gallery.note", most=text.number(MOST_READ))
        gr.HTML(f'<section class="evidence"><p class="note">{escape(note)}</p></section>')
        place = gr.State(0, time_to_live=PLACE_SECONDS)

        def more(name: str, label: str, slug: str, start: int | None) -> tuple[str, int, Any]:
            shown, following = self.show(text, name, label, slug, start or 0)
            return shown, following, gr.Button(text("gallery.more"))

        def anew(name: str, label: str, slug: str) -> tuple[str, int, Any]:
            return more(name, label, slug, 0)

        def change(name: str) -> Any:
            return gr.Dropdown(_emotions(text, self.exams[name]), value=ANY)

        asked, outputs = [dataset, emotion, wrong_by], [samples, place, button]
        quiet: dict[str, Any] = {"api_visibility": "private"}
        models: dict[str, Any] = {"concurrency_id": self.concurrency_id, **quiet}
        button.click(more, [*asked, place], outputs, **models)
        gr.on([emotion.input, wrong_by.input], anew, asked, outputs, **models)
        changed = dataset.input(change, dataset, emotion, queue=False, **quiet)
        changed.then(anew, asked, outputs, **models)

    def show(
        self, text: Text, dataset: str, emotion: str, wrong_by: str, start: int
    ) -> tuple[str, int]:
        """Samples as HTML, or why there are none, and the place of the next ones."""
        try:
            drawn = self.exams[dataset].draw(start, emotion or None, wrong_by or None)
        except (DatasetError, OSError) as error:
            print(f"--data: {error}", flush=True)
            sentence = text("gallery.unreadable", dataset=text(f"dataset.{dataset}"))
            return render_notice(sentence, "problem"), 0
        shown = render_gallery(text, self.engine.scenarios, drawn, wrong_by or None)
        return shown, drawn.last


def data_page(engine: Engine, concurrency_id: str, own: OwnCopy, kept: Kept) -> DataPage:
    """The page for these networks and this copy of the datasets; reads data.json."""
    exams = {name: ExamSamples(engine, name, path, kept) for name, path in own.exams.items()}
    counted, contradicted = read_data(), contradictions(engine, kept)
    return DataPage(engine, concurrency_id, counted, contradicted, own.closed, exams)


def read_data(path: Path = RESULTS / "data.json") -> dict[str, Any] | None:
    """What ``models.describe_data`` wrote; None where it is missing or broken."""
    try:
        found = json.loads(path.read_text("utf-8"))
        complete = {"datasets", "command", "date"} <= found.keys() and found["datasets"]
    except (OSError, ValueError, AttributeError):
        return None
    return found if complete else None


def contradictions(engine: Engine, kept: Kept) -> dict[str, Contradicted]:
    """By dataset, how the most accurate of its scenarios contradicts the exam's labels."""
    found = {}
    for dataset in dict.fromkeys(s.recipe.dataset for s in engine.scenarios.values()):
        answers = {
            slug: kept[slug][f"{dataset}/test"]
            for slug, scenario in engine.scenarios.items()
            if scenario.recipe.dataset == dataset and f"{dataset}/test" in kept.get(slug, {})
        }
        best = most_accurate(answers)
        if best:
            title = engine.scenarios[best].title
            found[dataset] = Contradicted(best, title, disagreement([answers[best]]))
    return found


def _exam_name(text: Text, exam: ExamSamples) -> str:
    return f"{text(f'dataset.{exam.dataset}')} {exam.name}"


def _emotions(text: Text, exam: ExamSamples) -> list[tuple[str, str]]:
    return [(text("gallery.all"), ANY), *((text.emotion(name), name) for name in exam.classes)]
