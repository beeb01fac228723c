"""What the app keeps of a visitor who leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
# In a process of its own: a Blocks leaves event loops open, which tests here count as an error.
VISIT = """
import asyncio
import gradio as gr
from ui.pages import Pages

with Pages(analytics_enabled=False) as app:
    words = gr.Textbox()
    words.submit(str.upper, words, words, api_name="page")
    words.blur(str.upper, words, words, api_name="program")
    words.input(str.upper, words, words, api_name="program_too")
with app.route("Other", "/other"):
    gr.Textbox()
app.one_question = frozenset({"program", "program_too"})
app.queue()

def ask(name, session):
    (asked,) = (event for event in app.fns.values() if event.api_name == name)
    state, request = app.state_holder[session], gr.Request(session_hash=session)
    answer = asyncio.run(app.process_api(asked, ["hello"], state, request))
    print(*answer["data"], *app.state_holder.session_data, len(app.state_holder.time_last_used))

ask("page", "visitor")
ask("program", "caller")
ask("program_too", "other")
app.forget("visitor")
app.forget("nobody")
app.forget(None)
print(len(app.state_holder.session_data), len(app.state_holder.time_last_used))
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


PAGES = """
import gradio as gr
from gradio.routes import App
from ui.pages import Pages

made, make = [], App.create_app
App.create_app = staticmethod(lambda *given, **named: made.append(1) or make(*given, **named))
app = Pages(analytics_enabled=False)
print(len(made))
with app:
    gr.Textbox()
with app.route("Other", "/other"):
    gr.Textbox()
print(len(made))
app.queue()
print(len(made))
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


def test_nothing_stays_of_who_left_or_asked_once() -> None:
    page, program, other, after = run(VISIT).splitlines()
    assert page == "HELLO visitor 1", "Gradio keeps what it showed"
    assert program == other == page, "of a program's question only the visitor's session stays"
    assert after == "0 0"


def test_gradio_makes_no_application_for_each_page() -> None:
    begun, built, queued = map(int, run(PAGES).split())
    assert built == begun < queued
