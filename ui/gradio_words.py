"""Gradio's own words, in the language of the page instead of the browser's.

Gradio chooses its language by the browser's before any script of ours may run, so ours is put at
the beginning of the page as it is served. Most of its words come from a dictionary, to which ours
is given (``launch(i18n=...)``); some stand in its code in English only, and are exchanged where
they appear. Found by walking every page of Gradio 6.31; ``tests/test_browser_words.py`` walks them
again.
"""

from __future__ import annotations

import json
import re
from functools import cache

import gradio as gr
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.refusals import MAX_BYTES
from ui.header import PATHS
from ui.text import ASSETS, LANGUAGES, Text, load_text

ROOM = "gradio."  # of our dictionary: before the keys of Gradio's own
# What Gradio's code says in English, and the end of our key for it.
FIXED = {
    "An Unexpected Error Occurred!": "failed",
    "An error occurred.": "failed",
    "Capture from camera": "camera",
    "Click to Access Webcam": "webcam",
    "Click to upload or drop files": "choose",
    "Close": "close",
    "Connection Lost": "lost",
    "Connection to the server was lost. Attempting reconnection...": "lost.sentence",
    "Empty value": "empty",
    "Error": "error",
    "Exit fullscreen mode": "fullscreen.leave",
    "File upload": "choose",
    "Fullscreen": "fullscreen",
    "Home": "home",
    "Info": "info",
    "Paste from clipboard": "paste",
    "Remove Image": "remove.photo",
    "Remove this file": "remove",
    "Upload file": "upload",
    "Warning": "warning",
    "capture photo": "capture",
    "grant webcam access": "webcam",
    "processing |": "busy",
    "select input source": "source",
    "select source": "source",
    "spinner": "busy",
    "start recording": "record",
    "stop recording": "stop",
}
# The same with something in between, which stands in our sentence as $1, $2.
TOO_HEAVY = r"^File\(s\) exceed the maximum allowed size of [^:]*: (.*)$"
QUEUE = r"^queue: (\d+)/(\d*) \|$"
SIZE = r"^(\d+)\.(\d) ([KMG]?B)$"
SECONDS = r"^(\d+)\.(\d)s$"
SECONDS_OF = r"^(\d+)\.(\d)/(\d+)\.(\d)s$"
ICON = r"^(.*) icon$"
UPLOADING = r"^Uploading (\d+)\s+files?\.\.\.$"
# A refused upload: our own sentence, as ui.guard and ui.payloads wrap it.
REFUSED = r'^HTTP \d+: \{"detail":"(.*)"\}$'
# Nobody answered, or something between here and there did, such as a proxy.
UNREACHED = r"^(Connection errored out\.|HTTP \d+:)[\s\S]*$"


def translations() -> gr.I18n:
    """What ``launch`` gives to Gradio's dictionary: our words under its keys."""
    return gr.I18n(**{code: _own(load_text(code)) for code in LANGUAGES})


def _own(text: Text) -> dict[str, str]:
    start = f"{ROOM}own."
    return {
        key.removeprefix(start): words
        for key, words in text.sentences.items()
        if key.startswith(start)
    }


@cache
def script(language: str) -> str:
    """The script of a page in "id" or "en"."""
    text = load_text(language)
    fixed = {english: text(f"{ROOM}{key}") for english, key in FIXED.items()}
    point = text("language.decimal")
    heavy = text(f"{ROOM}heavy", megabytes=text.number(MAX_BYTES / 1_000_000), files="$1")
    decimal, other = f"$1{point}$2", f"$3{point}$4"
    patterns = [
        (TOO_HEAVY, heavy),
        (QUEUE, text(f"{ROOM}queue", place="$1", size="$2")),
        (SECONDS, text(f"{ROOM}seconds", number=decimal)),
        (SECONDS_OF, text(f"{ROOM}seconds", number=f"{decimal}/{other}")),
        (SIZE, f"{decimal} $3"),
        (ICON, text(f"{ROOM}icon", name="$1")),
        (UPLOADING, text(f"{ROOM}uploading", number="$1")),
        (REFUSED, "$1"),
        (UNREACHED, text(f"{ROOM}unreached")),
    ]
    given = ", ".join(
        json.dumps(value).replace("</", "<\\/") for value in (language, fixed, patterns)
    )
    return f"<script>{(ASSETS / 'first.js').read_text('utf-8')}({given});</script>"


def page_at(path: str) -> tuple[str, str]:
    """The language and the name of the page at an address; what is no page of ours is the first."""
    last = path.rstrip("/").rpartition("/")[2]
    for language, paths in PATHS.items():
        for name, place in paths.items():
            if place == last:
                return language, name
    return "id", "compare"


def finished(page: str, path: str) -> str:
    """Gradio's page with its language and title named, and our script before all others."""
    language, name = page_at(path)
    text = load_text(language)
    page = re.sub(r'(<html\b[^>]*?\blang=)"[^"]*"', rf'\1"{language}"', page, count=1)
    page = page.replace("<head>", f"<head>{script(language)}", 1)
    if name == "compare":
        return page
    title = f"{text(f'nav.{name}')} \N{MIDDLE DOT} {text('page.title')}"
    given = f'"title":{json.dumps(load_text("id")("page.title"))}'  # in the page's configuration
    return page.replace(given, f'"title":{json.dumps(title)}', 1)


class FinishedPages:
    """ASGI middleware: every HTML page that Gradio serves passes ``finished``."""

    def __init__(self, app: ASGIApp):
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and "/gradio_api/" not in scope["path"]
        if not ours or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        start: Message | None = None  # held back while a page is collected
        body = b""

        async def collect(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start":
                kind = MutableHeaders(raw=message["headers"]).get("content-type", "")
                if kind.startswith("text/html"):
                    start = message
                    return
            if start is None:
                await send(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            page = finished(body.decode("utf-8"), scope["path"]).encode()
            MutableHeaders(raw=start["headers"])["content-length"] = str(len(page))
            await send(start)
            await send({"type": "http.response.body", "body": page})

        await self.app(scope, receive, collect)
