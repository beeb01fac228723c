"""What all pages share: the thesis and the ways to other pages, the footer, notices."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

from ui.text import ASSETS, Text
from ui.uploads import LONGEST_SECONDS

# Where each page lies, relative to the others, so that it also works behind a proxy's path.
PATHS = {
    "id": {
        "compare": ".",
        "live": "langsung",
        "evidence": "hasil",
        "data": "data",
        "own": "uji",
        "method": "metode",
        "program": "program",
    },
    "en": {
        "compare": "en",
        "live": "live",
        "evidence": "evidence",
        "data": "datasets",
        "own": "test",
        "method": "method",
        "program": "programs",
    },
}
IN_FOOTER = "program"  # the page that the footer leads to, not the head
OTHER = {"id": ("en", "English"), "en": ("id", "Bahasa Indonesia")}


def read_thesis(path: Path = ASSETS / "thesis.json") -> dict[str, Any]:
    """Title, author and so on; what is broken is as good as empty: it is not shown."""
    try:
        thesis = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(thesis, dict):
        return {}
    plain: dict[str, Any] = {
        key: value
        for key, value in thesis.items()
        if key != "supervisors" and isinstance(value, (str, int))
    }
    supervisors = thesis.get("supervisors")
    if isinstance(supervisors, list):
        plain["supervisors"] = [person for person in supervisors if isinstance(person, str)]
    return plain


def render_header(text: Text, thesis: dict[str, Any], page: str = "compare") -> str:
    """Title, author, institution, supervisors; an empty field is not shown.

    page: the one of PATHS that is read; the other language's link keeps it.
    """
    language, name = OTHER[text.language]
    links = ""
    for other, path in PATHS[text.language].items():
        if other == IN_FOOTER:
            continue
        current = ' aria-current="page"' if other == page else ""
        links += f'<a href="{path}"{current}>{escape(text(f"nav.{other}"))}</a>'
    number = thesis.get("student_number")
    supervisors = [person for person in thesis.get("supervisors") or () if person]
    people = [
        thesis.get("author"),
        text("thesis.student_number", number=number) if number else None,
        thesis.get("institution"),
    ]
    byline = " · ".join(escape(str(part)) for part in people if part)
    guides = text("thesis.supervisors", names=text.join(supervisors)) if supervisors else ""
    lines = "".join(f'<p class="byline">{line}</p>' for line in (byline, escape(guides)) if line)
    title = str(thesis.get("title") or text("page.title"))
    return (
        '<header class="masthead">'
        f'<a class="skip" href="#hasil">{escape(text("page.skip"))}</a>'
        f'<nav class="brand" aria-label="{escape(text("nav.label"))}">'
        f"<b>{escape(text('page.title'))}</b>{links}"
        '<button type="button" class="present" '
        f'onclick="togglePresentation()">{escape(text("nav.present"))}</button>'
        f'<a class="language" href="{PATHS[language][page]}" hreflang="{language}" '
        f'lang="{language}">{escape(name)}</a></nav>'
        f"<h1>{escape(title)}</h1>{lines}"
        "</header>"
    )


def render_steps(text: Text) -> str:
    """The three steps of use."""
    steps = "".join(f"<li>{escape(text(f'steps.{number}'))}</li>" for number in (1, 2, 3))
    return (
        f'<h2 class="steps-title">{escape(text("steps.title"))}</h2><ol class="steps">{steps}</ol>'
    )


def render_footer(text: Text) -> str:
    """What the answers are not, what happens to a photo, and the way to the page for programs."""
    minutes = text.number(LONGEST_SECONDS / 60)
    privacy = " ".join(
        text(f"privacy.{part}", minutes=minutes) for part in ("where", "files", "kept")
    )
    path = PATHS[text.language][IN_FOOTER]
    return (
        f'<footer class="colophon"><p>{escape(text("page.note"))}</p>'
        f"<p><b>{escape(text('privacy.title'))}.</b> {escape(privacy)}</p>"
        f'<p><a href="{path}">{escape(text(f"nav.{IN_FOOTER}"))}</a></p></footer>'
    )


def render_notice(sentence: str, kind: str) -> str:
    """What the page has to say, a "hint" or a "problem"; nothing of an empty sentence."""
    return f'<p class="notice {kind}" role="alert">{escape(sentence)}</p>' if sentence else ""
