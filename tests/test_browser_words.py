"""Gradio's own words, seen and spoken, are in the page's language whatever the browser's is.

What a page shows outside our own pieces is gathered in one state after another, in both languages:
what stands on both is a name that both share, or was never translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scenarios import Scenario
from tests.browser import Visits, coloured
from tests.test_browser import TWO_FACES, press, upload, wait_for_answers
from ui.header import PATHS
from ui.text import LANGUAGES, Text, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOREIGN = {"id": "en-US", "en": "id-ID"}  # the browser's language is never the page's
# All that Gradio's own elements show or say.
GATHER = """() => {
  const found = new Set();
  for (const element of document.querySelectorAll("body *")) {
    if (element.closest(".html-container, script, style")) continue;
    for (const name of ["aria-label", "title", "alt", "placeholder"])
      if (element.getAttribute(name)?.trim()) found.add(element.getAttribute(name).trim());
    for (const node of element.childNodes)
      if (node.nodeType === 3 && node.data.trim()) found.add(node.data.trim());
  }
  return [...found];
}"""
# Notes down everything that was ever said, so that what passes within a moment is not missed.
LISTEN = f"""() => {{
  window.said = new Set();
  const note = () => ({GATHER})().forEach((words) => window.said.add(words));
  note();
  new MutationObserver(note).observe(document.body, {{
    attributes: true, characterData: true, childList: true, subtree: true,
  }});
}}"""


def open_page(visits: Visits, language: str, name: str) -> Page:
    path = PATHS[language][name].strip(".")
    page = visits.open(f"/{path}", shows=".colophon", locale=FOREIGN[language])
    page.evaluate(LISTEN)
    return page


def said(page: Page) -> set[str]:
    return set(page.evaluate("[...window.said]"))


def shared(words: set[str], scenarios: dict[str, Scenario], *names: str) -> set[str]:
    """Those words that may stand on a page of either language."""
    indonesian, english = (load_text(language).sentences for language in LANGUAGES)
    same = {indonesian[key] for key in indonesian if indonesian[key] == english[key]}
    same |= scenarios.keys() | {part for name in names for part in (name, *name.split("."))}
    same |= {"Eileen Collins", "Grace Hopper", "Eileen Collins + Grace Hopper"}
    number = re.compile(r"[\W\d_]*(?:[KM]?B)?[\W\d_]*")
    exam = re.compile(r"(FER-2013|MMA) \w+")
    return {
        word
        for word in words
        if word.lstrip(".") in same or number.fullmatch(word) or exam.fullmatch(word)
    }


def compare(page: Page, text: Text, _: Path) -> None:
    """A photo is read, shown in full and taken away; then the camera."""
    upload(page, TWO_FACES)
    press(page, text.language)
    wait_for_answers(page)
    page.get_by_label(text("gradio.fullscreen")).click()
    page.get_by_label(text("gradio.fullscreen.leave")).click()
    page.get_by_label(text("gradio.remove.photo")).click()
    page.get_by_label(text("gradio.camera")).click()
    page.get_by_text(text("gradio.webcam")).wait_for()


def own(page: Page, text: Text, folder: Path) -> None:
    """A test set of one picture."""
    page.locator(".own-files input[type=file]").first.set_input_files(coloured(folder, 0))
    page.get_by_label(text("gradio.own.common.upload")).wait_for()
    page.get_by_role("button", name=text("own.start"), exact=True).click()
    page.get_by_text(text("own.download")).wait_for()


def data(page: Page, text: Text, _: Path) -> None:
    page.get_by_role("button", name=text("gallery.show"), exact=True).click()
    page.wait_for_selector(".samples .sample")


def evidence(page: Page, text: Text, _: Path) -> None:
    """The page as it opens."""
    page.get_by_text(text("evidence.accuracy")).wait_for()


def live(page: Page, text: Text, _: Path) -> None:
    """The page as it opens."""
    page.get_by_text(text("live.title")).wait_for()


@pytest.mark.parametrize("do", [compare, own, data, evidence, live])
def test_nothing_is_said_alike_in_both_languages(
    visits: Visits,
    tmp_path: Path,
    scenarios: dict[str, Scenario],
    do: Callable[[Page, Text, Path], None],
) -> None:
    heard = []
    for language in LANGUAGES:
        page = open_page(visits, language, do.__name__)
        do(page, load_text(language), tmp_path)
        heard.append(said(page))
    both = heard[0] & heard[1]
    assert both - shared(both, scenarios, "0.png", TWO_FACES.name) == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "zone"), [("compare", ".upload"), ("own", ".own-files")])
def test_a_file_over_the_limit_is_refused_in_the_page_s_language(
    visits: Visits, tmp_path: Path, language: str, name: str, zone: str
) -> None:
    text = load_text(language)
    big = tmp_path / "besar.jpg"
    with big.open("wb") as file:
        file.truncate(32_000_000)
    page = open_page(visits, language, name)
    page.locator(f"{zone} input[type=file]").first.set_input_files(big)

    toast = page.locator("[data-testid=toast-body]").first
    toast.wait_for()
    refusal = text("gradio.heavy", megabytes="30", files='"besar.jpg"')
    assert refusal in toast.inner_text()
    assert text("gradio.error") in toast.inner_text()
    assert page.locator(f"{zone} [data-testid=upload-text], {zone} .upload-container").count()
    visits.problems[:] = [p for p in visits.problems if "Method not implemented" not in p]


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_has_a_title_of_its_own(visits: Visits, language: str) -> None:
    text = load_text(language)
    for name in PATHS[language]:
        page = open_page(visits, language, name)
        words = "" if name == "compare" else f"{text(f'nav.{name}')} \N{MIDDLE DOT} "
        assert page.title() == words + text("page.title")
