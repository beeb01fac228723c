"""Under the answers: where each model looks, and the pixels it was given; worked out on demand."""

from __future__ import annotations

from html import escape
from typing import Any

import gradio as gr

from models.compare import Engine
from models.faces import FaceFinder
from scenarios import EMOTIONS
from ui.header import render_notice
from ui.heatmaps import render_heat_maps
from ui.reading import read_again
from ui.text import Text

TOP = "top"  # instead of an emotion: each model's own top answer


class Looks:
    """The section in one language. ``build`` lays it out; CSS hides it until there are answers."""

    def __init__(self, text: Text, engine: Engine, finder: FaceFinder, concurrency_id: str):
        self.text, self.engine, self.finder = text, engine, finder
        self.concurrency_id = concurrency_id

    def build(
        self, photo: gr.Image, chosen: gr.CheckboxGroup, face: gr.Radio, columns: gr.HTML
    ) -> None:
        """photo, chosen, face: what is explained. columns: as they change, the maps are gone."""
        text = self.text
        with gr.Column(elem_classes="looks-area"):
            gr.HTML(
                f"<h3>{escape(text('looks.title'))}</h3><p>{escape(text('looks.lead'))}</p>",
                elem_classes="looks-head",
            )
            with gr.Row(elem_classes="looks-ask"):
                emotion = gr.Dropdown(
                    [
                        (text("looks.top"), TOP),
                        *((text.emotion(name), name) for name in EMOTIONS),
                    ],
                    value=TOP,
                    label=text("looks.emotion"),
                    filterable=False,
                )
                button = gr.Button(text("looks.button"))
            maps = gr.HTML(elem_classes="maps-area")
        quiet: dict[str, Any] = {"api_visibility": "private"}
        asked = [photo, chosen, face, emotion]
        run = button.click(self.show, asked, maps, concurrency_id=self.concurrency_id, **quiet)
        # Other answers, or another emotion: the maps would be to the old question.
        stale = [columns.change, emotion.input]
        gr.on(stale, lambda: "", None, maps, queue=False, cancels=[run], **quiet)

    def show(self, path: str | None, slugs: list[str], number: int | None, emotion: str) -> str:
        """The heat maps of the chosen scenarios on the chosen face, or a sentence."""
        text = self.text
        if not slugs:
            return render_notice(text("notice.no_scenario"), "problem")
        found = read_again(self.finder, path, number)
        if found is None:
            return render_notice(text("looks.photo_gone"), "problem")
        _, face = found
        chosen = {slug: s for slug, s in self.engine.scenarios.items() if slug in slugs}
        wanted = None if emotion == TOP else emotion
        knowing = [slug for slug, s in chosen.items() if wanted is None or wanted in s.emotions]
        (answers,) = self.engine.compare([face.crop], knowing)
        maps = self.engine.explain(face.crop, answers, wanted)
        return render_heat_maps(text, chosen, face.crop, maps)
