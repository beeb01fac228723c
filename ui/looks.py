"""Under the answers: where each model looks on the face, and the gates of its SE block."""

from __future__ import annotations

import gradio as gr
import numpy as np

from models.explain import HeatMap
from models.gates import read_gates
from scenarios import EMOTIONS, Scenario
from ui.gates import render_gates
from ui.heatmaps import render_heat_maps
from ui.on_demand import OnDemand

TOP = "top"  # instead of an emotion: each model's own top answer


class Looks(OnDemand):
    """The heat maps of the chosen scenarios on the chosen face."""

    def build(
        self, photo: gr.Image, chosen: gr.CheckboxGroup, face: gr.Radio, columns: gr.HTML
    ) -> None:
        """photo, chosen, face: what is explained. columns: as they change, the maps are gone."""
        text = self.text
        with gr.Column(elem_classes="looks-area"):
            self.head("looks")
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
        # Other answers, or another emotion: the maps would be to the old question.
        stale = [columns.change, emotion.input]
        self.answer(button, self.show, [photo, chosen, face, emotion], maps, stale)

    def show(self, path: str | None, slugs: list[str], number: int | None, emotion: str) -> str:
        """The heat maps, or a sentence."""
        found = self.find(path, slugs, number)
        if isinstance(found, str):
            return found
        crop = found[1].crop
        chosen = {slug: s for slug, s in self.engine.scenarios.items() if slug in slugs}
        wanted = None if emotion == TOP else emotion
        knowing = [slug for slug, s in chosen.items() if wanted is None or wanted in s.emotions]
        (answers,) = self.engine.compare([crop], knowing)
        maps = self.engine.explain(crop, answers, wanted)
        working = [chosen[found.scenario] for found in maps if isinstance(found, HeatMap)]
        gates = "".join(self._gates(scenario, crop) for scenario in working)
        return render_heat_maps(self.text, chosen, crop, maps) + gates

    def _gates(self, scenario: Scenario, crop: np.ndarray) -> str:
        """The gates of its SE block; nothing where it has none."""
        gates = read_gates(self.engine.networks[scenario.slug], scenario, crop)
        return render_gates(self.text, scenario, crop, gates) if gates else ""
