"""What the app keeps of a visitor who leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from ui.build import forget_pictures

ROOT = Path(__file__).resolve().parent.parent.parent
# In a process of its own: a Blocks leaves event loops open, which tests here count as an error.
VISIT = """
import json
import gradio as gr
from gradio.state_holder import SessionState
from ui.build import forget_pictures

with gr.Blocks(analytics_enabled=False) as app:
    components = gr.HTML(), gr.HTML()
    rows = gr.State(None, time_to_live=600)
session = SessionState(app)
for component, value in zip(components, ("words", '<img src="data:image/png;base64,AAAA">')):
    session._update_value_in_config(component._id, value)
shown = lambda: [session.config_values[part._id]["props"]["value"] for part in components]
before = shown()
session[rows._id] = ["a face"]
forget_pictures(session)
print(json.dumps([before, shown(), session.state_data]))
"""

ICON = """
import gradio as gr
from ui.build import own_files

with gr.Blocks(analytics_enabled=False) as app:
    button = gr.Button("x", icon="assets/examples/hopper.jpg")
    gr.Button("y")
print(button.icon["path"])
print(*own_files(app), sep="\\n")
"""


def run(code: str, **surroundings: str) -> str:
    """What a process of its own says."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_the_icons_of_examples_are_no_visitor_s_files(tmp_path: Path) -> None:
    served, *spared = run(ICON, GRADIO_TEMP_DIR=str(tmp_path)).split()
    assert Path(served).is_relative_to(tmp_path), "Gradio serves a copy among the uploads"
    assert served in spared


def test_of_a_visitor_who_leaves_no_picture_stays() -> None:
    before, after, states = json.loads(run(VISIT))
    assert "data:image" in before[1], "Gradio keeps what it showed"
    assert after == ["words", None]
    assert list(states.values()) == [None], "Gradio keeps states for an hour"


def test_a_visitor_who_showed_nothing_is_forgotten_quietly() -> None:
    forget_pictures(None)
