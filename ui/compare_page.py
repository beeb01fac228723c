"""Bandingkan / Compare: one photo in, every chosen model answers, side by side."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import gradio as gr

from models.compare import Answer, Engine
from models.faces import FaceFinder
from models.refusals import ImageRefused
from ui.api import refusal_sentence
from ui.columns import render_columns
from ui.doubts import render_doubts
from ui.header import (
    read_thesis,
    render_footer,
    render_header,
    render_notice,
    render_steps,
)
from ui.looks import Looks
from ui.photo import render_photo
from ui.reading import path_of, read_photo
from ui.reporting import Reporting
from ui.results import Measured
from ui.sees import Sees
from ui.text import ASSETS, Text
from ui.uploads import Uploads

EXAMPLES = ASSETS / "examples"
# After an answer: tell a screen reader. The region that speaks must be there before its words.
ANNOUNCE = """() => {
  const seen = (name) => [...document.querySelectorAll(name)].find((e) => e.offsetParent);
  const words = [...(seen(".verdict")?.querySelectorAll("p") ?? [])].map((p) => p.textContent);
  const region = document.querySelector(".announcement");
  if (region) region.textContent = words.join(" ");
}"""
# Bring the answers into view where they stand below the screen, as on a phone; clears a notice.
SHOW_RESULTS = """() => {
  const results = [...document.querySelectorAll(".results")].find((e) => e.offsetParent);
  if (results && results.getBoundingClientRect().top > 0.6 * innerHeight)
    results.scrollIntoView({ behavior: "smooth", block: "start" });
  return "";
}"""
STATE_SECONDS = 600  # a visitor's answers (never the photo) are forgotten after this


@dataclass(frozen=True)
class Shown:
    """What stands in the columns, to switch faces without reading again. Holds no picture."""

    slugs: tuple[str, ...]
    answers: tuple[tuple[Answer, ...], ...]


class ComparePage:
    """The page in one language; ``build`` lays it out inside the Blocks being built."""

    def __init__(
        self,
        text: Text,
        engine: Engine,
        finder: FaceFinder,
        measured: dict[str, Measured | None],
        fingerprints: dict[str, str],
        concurrency_id: str,
        uploads: Uploads,
    ):
        self.text, self.engine, self.finder = text, engine, finder
        self.measured, self.fingerprints = measured, fingerprints
        self.concurrency_id, self.uploads = concurrency_id, uploads
        self.radio_id = f"faces-{text.language}"

    def build(self) -> None:
        text, scenarios = self.text, self.engine.scenarios
        gr.HTML(render_header(text, read_thesis()))
        with gr.Row(elem_classes="stage"):
            with gr.Column(elem_classes="side", scale=0, min_width=280):
                gr.HTML(render_steps(text))
                photo = gr.Image(
                    label=text("photo.label"),
                    sources=["upload", "webcam", "clipboard"],
                    type="filepath",
                    image_mode=None,
                    height=260,
                    buttons=["fullscreen"],
                    placeholder=text("photo.placeholder"),
                    alt_text=text("photo.alt"),
                    elem_classes="upload",
                )
                # Gradio would open the file first and refuse it with a message of its own;
                # models.images.read_image refuses in the reader's language.
                photo.preprocess = path_of  # type: ignore[method-assign]
                button = gr.Button(text("predict.button"), variant="primary", size="lg")
                chosen = gr.CheckboxGroup(
                    [(text(scenario.title), slug) for slug, scenario in scenarios.items()],
                    value=list(scenarios),
                    label=text("scenarios.label"),
                    elem_classes="chosen",
                )
                examples = self._examples()
            with gr.Column(elem_classes="results", scale=1, min_width=300):
                gr.HTML('<p class="announcement unseen" role="status"></p>')
                notice = gr.HTML(elem_classes="notice-area")
                seen = gr.HTML(elem_classes="seen")
                face = gr.Radio(
                    label=text("faces.label"),
                    visible=False,
                    elem_id=self.radio_id,
                    elem_classes="faces",
                )
                columns = gr.HTML(self.columns(list(scenarios)), elem_classes="columns-area")
                common = text, self.engine, self.finder, self.concurrency_id
                for section in (
                    Sees(*common),
                    Looks(*common),
                    Reporting(*common, self.measured, self.fingerprints),
                ):
                    section.build(photo, chosen, face, columns)
        gr.HTML(render_footer(text))
        shown = gr.State(None, time_to_live=STATE_SECONDS)
        outputs = [notice, seen, face, columns, shown]
        self._listen(photo, button, chosen, examples, outputs)

    def _listen(
        self,
        photo: gr.Image,
        button: gr.Button,
        chosen: gr.CheckboxGroup,
        examples: list[tuple[gr.Button, str]],
        outputs: list[Any],
    ) -> None:
        """What happens when a person does something; outputs: as ``predict`` returns them."""
        notice, _, face, columns, shown = outputs
        quiet: dict[str, Any] = {"api_visibility": "private"}
        models: dict[str, Any] = {"concurrency_id": self.concurrency_id, **quiet}
        models |= {"show_progress_on": columns}
        button.click(None, None, notice, js=SHOW_RESULTS, **quiet)  # there the wait is told
        runs = [button.click(self.predict, [photo, chosen], outputs, **models)]
        for example, file in examples:
            loaded = example.click(partial(str, file), None, photo, queue=False, **quiet)
            runs.append(loaded.then(self.predict, [photo, chosen], outputs, **models))
        for run in runs:
            run.then(None, js=ANNOUNCE, **quiet).then(None, js=SHOW_RESULTS, **quiet)
        face.input(self.choose_face, [face, shown], [notice, columns], queue=False, **quiet).then(
            None, js=ANNOUNCE, **quiet
        )
        # Another photo or other scenarios: an answer still under way would be to the old question.
        fresh: dict[str, Any] = {"queue": False, "cancels": runs, **quiet}
        gr.on([photo.upload, photo.clear], self.reset, [photo, chosen], outputs, **fresh)
        chosen.input(self.choose_scenarios, chosen, outputs, **fresh)

    def columns(
        self, slugs: list[str], answers: tuple[Answer, ...] | None = None, face: int = 1
    ) -> str:
        """The columns of these scenarios, with or without answers."""
        scenarios = [s for slug, s in self.engine.scenarios.items() if slug in slugs]
        columns = render_columns(self.text, scenarios, self.measured, answers, face)
        if answers is None:
            return columns
        return columns + render_doubts(self.text, scenarios, self.measured, answers)

    def predict(self, path: str | None, slugs: list[str], request: gr.Request) -> tuple[Any, ...]:
        """Read the photo: (notice, photo with boxes, choice of faces, columns, state)."""
        self.uploads.show(request.session_hash, [path] if path else [])
        if not slugs:
            return self._without_answers(slugs, "notice.no_scenario")
        if not path:
            return self._without_answers(slugs, "notice.no_photo")
        chosen = [slug for slug in self.engine.scenarios if slug in slugs]
        try:
            reading = read_photo(self.engine, self.finder, path, chosen)
        except ImageRefused as refusal:
            return self._empty(slugs, refusal_sentence(self.text, refusal), "problem")
        numbers = range(1, len(reading.faces) + 1)
        faces = gr.Radio(
            choices=[(self.text("faces.option", number=number), number) for number in numbers],
            value=1,
            visible=len(reading.faces) > 1,
        )
        return (
            "",
            render_photo(self.text, reading, self.radio_id),
            faces,
            self.columns(chosen, reading.answers[0]),
            Shown(tuple(chosen), reading.answers),
        )

    def reset(self, path: str | None, slugs: list[str], request: gr.Request) -> tuple[Any, ...]:
        """Another photo, or none: earlier answers no longer belong to what is seen."""
        self.uploads.show(request.session_hash, [path] if path else [])
        return self._without_answers(slugs, "notice.photo_changed" if path else None)

    def choose_scenarios(self, slugs: list[str]) -> tuple[Any, ...]:
        """Other scenarios: their columns stand empty until the button is pressed."""
        return self._without_answers(slugs, None if slugs else "notice.no_scenario")

    def choose_face(self, number: int, shown: Shown | None) -> tuple[str, str]:
        """The columns for another face of the same photo."""
        if shown is None:
            return render_notice(self.text("notice.gone"), "hint"), self.columns(
                list(self.engine.scenarios)
            )
        return "", self.columns(list(shown.slugs), shown.answers[number - 1], number)

    def _without_answers(self, slugs: list[str], key: str | None) -> tuple[Any, ...]:
        return self._empty(slugs, self.text(key) if key else "", "hint")

    def _empty(self, slugs: list[str], sentence: str, kind: str) -> tuple[Any, ...]:
        hidden = gr.Radio(choices=[], value=None, visible=False)
        return render_notice(sentence, kind), "", hidden, self.columns(slugs), None

    def _examples(self) -> list[tuple[gr.Button, str]]:
        """Faces to try with one click, with their credits: each button and its file."""
        sources = json.loads((EXAMPLES / "SOURCES.json").read_text("utf-8"))
        if not sources:
            return []
        credits = "; ".join(source["title"] for source in sources)
        gr.HTML(f'<p class="examples-title">{escape(self.text("examples.label"))}</p>')
        buttons = []
        with gr.Row(elem_classes="examples"):
            for source in sources:
                file, name = str(EXAMPLES / source["file"]), source["title"].partition(",")[0]
                button = gr.Button(name, icon=file, size="sm", min_width=80)
                buttons.append((button, file))
        gr.HTML(f'<p class="credits">{escape(self.text("examples.credit", credits=credits))}</p>')
        return buttons
