"""The page around the data: whose answers are weighed, and when samples may be shown."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.compare import Engine
from models.study.answers import Answers
from tests.toys import COLOURS, toy_scenario
from ui.data_page import contradictions
from ui.text import load_text

ROOT = Path(__file__).resolve().parent.parent.parent
# In a process of its own: a Blocks leaves event loops open, which tests here count as an error.
PAGE = """
import json, sys
from pathlib import Path
import gradio as gr
from models.compare import Engine
from tests.toys import toy_scenario
from ui.data_page import data_page
from ui.samples import OwnCopy
from ui.text import load_text

engine = Engine(Path("nowhere"), {"toy": toy_scenario()})
found = {}
for closed in ("none", "not_found", "others", None):
    own = OwnCopy({} if closed else {"mma": Path("nowhere")}, closed)
    page = data_page(engine, "models", own, {})
    with gr.Blocks(analytics_enabled=False) as app:
        page.build(load_text("id"))
    components = app.config["components"]
    words = " ".join(str(c["props"].get("value")) for c in components if c["type"] == "html")
    found[str(closed)] = [sum(c["type"] == "button" for c in components), words]
notice, place = page.show(load_text("id"), "mma", "", "", 24)
found["notice"] = [place, notice]
print(json.dumps(found))
"""


def test_samples_are_asked_for_only_where_they_may_be_shown() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PAGE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    text = load_text("id")
    for closed in ("none", "not_found", "others"):
        buttons, words = found[closed]
        assert buttons == 0
        assert text(f"gallery.closed.{closed}") in words
    buttons, words = found["None"]
    assert buttons == 1
    assert text("gallery.lead") in words
    assert found["notice"][0] == 0
    assert text("gallery.unreadable", dataset="MMA") in found["notice"][1]
    assert "nowhere does not exist" in done.stdout, "the details are for the terminal"
    assert "nowhere" not in found["notice"][1]


@pytest.mark.parametrize(
    ("kept", "expected"), [(("good", "poor"), "good"), (("poor",), "poor"), ((), None)]
)
def test_the_most_accurate_network_that_answered_is_weighed(
    kept: tuple[str, ...], expected: str | None
) -> None:
    engine = Engine(Path("nowhere"), {slug: toy_scenario(slug) for slug in ("poor", "good")})
    labels = np.array([0, 1, 2, 2])
    said = {"good": labels, "poor": np.array([0, 1, 1, 1])}
    answers = {
        slug: {
            "mma/test": Answers(
                tuple(COLOURS), 0.05 + 0.9 * np.eye(3)[said[slug]], labels, np.array(list("abcd"))
            )
        }
        for slug in kept
    }
    found = contradictions(engine, answers)
    assert [(one.slug, one.found.against) for one in found.values()] == (
        [(expected, {"good": 0, "poor": 2}[expected])] if expected else []
    )
