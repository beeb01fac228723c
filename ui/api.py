"""The programmers' door: ``/compare`` takes one image file and returns JSON."""

from __future__ import annotations

from typing import Any

import gradio as gr

from models.compare import Answer, Engine, Prediction
from models.faces import Face, FaceFinder
from models.refusals import ImageRefused
from ui.addresses import ADDRESS
from ui.doors import language_of
from ui.reading import path_of, read_photo
from ui.sentences import failure_reason
from ui.text import Text
from ui.uploads import Uploads

ENDPOINT = "compare"


def add_api(engine: Engine, finder: FaceFinder, concurrency_id: str, uploads: Uploads) -> None:
    """Add the endpoint to the Blocks that are being built."""

    def compare(image: str, request: gr.Request) -> dict[str, Any]:
        """Read every face of a photo with every model.

        image: one image file. Returns {"image": {"width", "height"}, "faces": [{"box": [x, y,
        width, height], "score", "detected", "predictions": [{"scenario", "distribution",
        "milliseconds"} or {"scenario", "failure"}]}]}: faces largest first, boxes in pixels of the
        upright photo, probabilities 0-1. A refused photo raises an error that says why.
        """
        text = language_of(request.headers)
        if not image:
            raise gr.Error(text("error.image.none"), print_exception=False)
        if image == ADDRESS:
            raise gr.Error(text("door.address"), print_exception=False)
        try:
            reading = read_photo(engine, finder, image)
        except ImageRefused as refusal:
            raise gr.Error(refusal_sentence(text, refusal), print_exception=False) from refusal
        finally:
            uploads.release([image])
        width, height = reading.photo.info["upright_size"]
        scale = width / reading.photo.width  # a large photo was read smaller than it is
        return {
            "image": {"width": width, "height": height},
            "faces": [
                _face(text, face, scale, answers)
                for face, answers in zip(reading.faces, reading.answers, strict=True)
            ],
        }

    file = gr.File(visible=False, label="image")
    # Gradio would make an empty file for each.
    file.preprocess = path_of  # type: ignore[method-assign, assignment]
    gr.Button(visible=False).click(
        compare,
        inputs=file,
        outputs=gr.JSON(visible=False),
        api_name=ENDPOINT,
        concurrency_id=concurrency_id,
    )


def refusal_sentence(text: Text, refusal: ImageRefused) -> str:
    """Why a photo was refused, in the reader's language."""
    key = f"error.image.{refusal.code}"
    return text(key, **refusal.details) if key in text else str(refusal)


def _face(text: Text, face: Face, scale: float, answers: tuple[Answer, ...]) -> dict[str, Any]:
    return {
        "box": [round(side * scale) for side in face.box],
        "score": face.score,
        "detected": face.detected,
        "predictions": [_answer(text, answer) for answer in answers],
    }


def _answer(text: Text, answer: Answer) -> dict[str, Any]:
    if isinstance(answer, Prediction):
        return {
            "scenario": answer.scenario,
            "distribution": answer.distribution,
            "milliseconds": answer.milliseconds,
        }
    return {"scenario": answer.scenario, "failure": failure_reason(text, answer)}
