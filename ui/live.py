"""Langsung / Live: one frame of a camera read, and what its page shows. No frame is kept."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from models.agreement import top
from models.compare import CRASHES, Answer, Engine, Prediction
from models.faces import FaceFinder
from models.images import read_image
from scenarios import Scenario
from ui.columns import render_bars, render_measured
from ui.results import Measured
from ui.sentences import failure_reason, known_sentence
from ui.text import Text

LONGEST = 2_000_000  # characters of a frame's data address; one of 480 pixels has about 60,000
AT_ONCE = 2  # frames, of all visitors: one is read while another waits; a third is turned away
# What the page may have to say, by the state it is in.
STATES = (
    "asking",
    "denied",
    "none",
    "taken",
    "insecure",
    "lost",
    "left",
    "stopped",
    "no_face",
    "slow",
    "crowd",
    "no_model",
    "broken",
)


class FrameReader:
    """Reads frames of every visitor's camera. ``read`` is called from several threads."""

    def __init__(self, engine: Engine, finder: FaceFinder, measured: Mapping[str, Measured | None]):
        self.engine, self.finder, self.measured = engine, finder, measured
        self._turns = threading.Semaphore(AT_ONCE)

    def read(self, text: Text, asked: Any) -> dict[str, Any]:
        """What the models say of the largest face of one frame.

        asked: {"frame": a picture's data address, "slugs": [scenario, ...]}, as the page sends it.
        Returns {"face": [left, top, width, height] in shares of the frame, "answers": {slug: ...},
        "spoken": a sentence}, or {"state": one of STATES}. Whatever was sent, nothing is raised.
        """
        if not self._turns.acquire(blocking=False):
            return {"state": "crowd"}
        try:
            return self._read(text, asked["frame"], asked["slugs"])
        except (LookupError, AttributeError, *CRASHES):  # a refused picture is a ValueError
            return {"state": "broken"}
        finally:
            self._turns.release()

    def _read(self, text: Text, frame: str, slugs: Sequence[str]) -> dict[str, Any]:
        if len(frame) > LONGEST:
            return {"state": "broken"}
        chosen = [slug for slug in self.engine.scenarios if slug in slugs]
        if not chosen:
            return {"state": "no_model"}
        picture = read_image(base64.b64decode(frame.partition(",")[2], validate=True))
        face = self.finder.find(picture)[0]
        if not face.detected:
            return {"state": "no_face"}
        (answers,) = self.engine.compare([face.crop], chosen)
        x, y, width, height = face.box
        shares = [x / picture.width, y / picture.height]
        shares += [width / picture.width, height / picture.height]
        return {
            "face": [round(share, 4) for share in shares],
            "answers": {answer.scenario: self._answer(text, answer) for answer in answers},
            "spoken": self._spoken(text, answers),
        }

    def _answer(self, text: Text, answer: Answer) -> dict[str, Any]:
        """One scenario's answer in the words and numbers that the page shows."""
        if not isinstance(answer, Prediction):
            return {"failed": failure_reason(text, answer)}
        best = top(answer.distribution)
        return {
            "best": best,
            "top": text.emotion(best),
            "bars": {
                emotion: [round(share, 4), text.percent(share)]
                for emotion, share in answer.distribution.items()
            },
            "known": known_sentence(text, self.measured.get(answer.scenario), answer),
        }

    def _spoken(self, text: Text, answers: Sequence[Answer]) -> str:
        return "; ".join(
            text(
                "live.spoken",
                model=text(self.engine.scenarios[answer.scenario].title),
                emotion=text.emotion(top(answer.distribution)),
            )
            for answer in answers
            if isinstance(answer, Prediction)
        )


def render_live(
    text: Text,
    scenarios: Sequence[Scenario],
    measured: Mapping[str, Measured | None],
    failures: Mapping[str, str],
) -> str:
    """The page before the camera is on; assets/camera.js brings it to life.

    failures: why a scenario cannot answer, by slug.
    """
    words = {state: text(f"live.{state}") for state in STATES}
    words |= {name: text(f"live.{name}") for name in ("start", "stop", "rate")}
    ticks = "".join(
        f'<label><input type="checkbox" value="{escape(scenario.slug)}" checked="">'
        f"<span>{escape(text(scenario.title))}</span></label>"
        for scenario in scenarios
        if scenario.slug not in failures
    )
    columns = "".join(
        _column(text, scenario, measured.get(scenario.slug), failures.get(scenario.slug))
        for scenario in scenarios
    )
    return (
        f'<section class="live" id="hasil" tabindex="-1" aria-label="{escape(text("nav.live"))}" '
        f'data-words="{escape(json.dumps(words))}">'
        f'<div class="live-camera"><h2>{escape(text("live.title"))}</h2>'
        f'<p class="live-consent">{escape(text("live.consent"))}</p>'
        f'<div class="live-frame"><video muted="" playsinline=""></video><i class="live-box"></i>'
        f"<p>{escape(text('live.off'))}</p></div>"
        f'<div class="live-bar"><button type="button" class="live-start">'
        f'{escape(text("live.start"))}</button><span class="live-rate"></span></div>'
        f'<p class="notice hint" role="status" hidden=""></p>'
        f'<fieldset class="live-models"><legend>{escape(text("scenarios.label"))}</legend>{ticks}'
        f'</fieldset><p class="live-note">{escape(text("live.where"))}</p></div>'
        f'<div class="live-answers"><p class="caution">{escape(text("page.note"))}</p>'
        f'<div class="comparison" style="--count: {len(scenarios)}">{columns}</div></div>'
        f'<p class="unseen" role="status"></p></section>'
    )


def _column(text: Text, scenario: Scenario, measured: Measured | None, failed: str | None) -> str:
    empty = "\N{EN DASH}"
    body = (
        f'<p class="top"><strong>{empty}</strong><span></span></p>'
        f'{render_bars(text, dict.fromkeys(scenario.emotions), None)}<p class="known"></p>'
        if failed is None
        else f'<p class="failed"><strong>{escape(text("column.failed"))}</strong></p>'
        f'<p class="reason">{escape(failed)}</p>'
    )
    return (
        f'<article class="scenario" data-scenario="{escape(scenario.slug)}">'
        f"<h3>{escape(text(scenario.title))}</h3>"
        f'<div class="answer">{body}</div>{render_measured(text, measured, None)}</article>'
    )
