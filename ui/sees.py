"""Under the answers: what each model sees, from the upload to the numbers it is given."""

from __future__ import annotations

import gradio as gr

from models.walk import walk
from ui.on_demand import OnDemand
from ui.walk import render_walk


class Sees(OnDemand):
    """The steps from the photo to each chosen scenario's network."""

    def build(
        self, photo: gr.Image, chosen: gr.CheckboxGroup, face: gr.Radio, columns: gr.HTML
    ) -> None:
        """photo, chosen, face: what is shown. columns: as they change, the steps are gone."""
        with gr.Column(elem_classes="looks-area"):
            self.head("sees")
            button = gr.Button(self.text("sees.button"), elem_classes="sees-button")
            steps = gr.HTML()
        self.answer(button, self.show, [photo, chosen, face], steps, [columns.change])

    def show(self, path: str | None, slugs: list[str], number: int | None) -> str:
        """The steps as pictures with words, or a sentence."""
        found = self.find(path, slugs, number)
        if isinstance(found, str):
            return found
        photo, face = found
        paths = [
            (scenario, walk(self.engine.networks[slug], scenario, face.crop))
            for slug, scenario in self.engine.scenarios.items()
            if slug in slugs and slug in self.engine.networks
        ]
        return render_walk(self.text, photo, face, paths)
