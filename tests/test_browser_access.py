"""axe-core on every page: nothing serious or critical, in both languages, themes and states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import Visits
from tests.test_browser import TWO_FACES, overflow, press, upload, wait_for_answers
from ui.header import PATHS
from ui.text import LANGUAGES, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The visible words inside an element that are smaller than 24 px.
SMALL_TEXT = """area => [...area.querySelectorAll("*")]
  .filter((e) => e.checkVisibility())
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 24)
  .filter((e) => !e.closest(".face-box, style, .unseen"))
  .map((e) => e.textContent.trim())"""
LOWEST = "rows => Math.max(...rows.map((row) => row.getBoundingClientRect().bottom))"
PAGES = [(language, name) for language in LANGUAGES for name in PATHS[language]]


def violations(page: Page) -> dict[str, list[str]]:
    """What axe-core finds serious or critical: rule by the pieces of the page that break it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response
    assert found["passes"], "axe must have seen the page"
    return {
        broken["id"]: [node["html"][:200] for node in broken["nodes"]]
        for broken in found["violations"]
        if broken["impact"] in ("serious", "critical")
    }


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_every_page_as_it_opens(visits: Visits, language: str, name: str) -> None:
    path = PATHS[language][name]
    page = visits.open(f"/{path.strip('.')}", shows=".colophon")
    assert violations(page) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_maps_and_report(visits: Visits, language: str, scheme: str) -> None:
    text = load_text(language)
    page = visits.open(
        "/" if language == "id" else "/en", color_scheme=scheme, reduced_motion="reduce"
    )
    upload(page, TWO_FACES)
    press(page, language)
    wait_for_answers(page)
    page.get_by_role("button", name=text("sees.button"), exact=True).click()
    page.wait_for_selector(".walk li")
    page.get_by_role("button", name=text("looks.button"), exact=True).click()
    page.wait_for_selector(".map .layers")
    assert violations(page) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_presentation_mode_is_large_fits_a_projector_and_lasts(
    visits: Visits, language: str
) -> None:
    text = load_text(language)
    page = visits.open("/" if language == "id" else "/en", viewport={"width": 1024, "height": 768})
    upload(page, TWO_FACES)
    press(page, language)
    wait_for_answers(page)

    page.keyboard.press("F2")

    assert not page.get_by_role("button", name=text("predict.button")).is_visible()
    small = page.locator(".results").evaluate(SMALL_TEXT)
    assert small == []
    page.evaluate("() => scrollTo(0, 0)")
    rows = page.locator(".scenario > .answer > .bars li").evaluate_all(LOWEST)
    assert rows <= 768, "with two faces to choose from, the seventh row is still on the screen"
    assert overflow(page, 1024) == 0
    assert violations(page) == {}
    page.get_by_role("link", name=text("nav.evidence"), exact=True).click()
    page.locator(".evidence").wait_for()
    leave = page.get_by_role("button", name=text("nav.present"), exact=True)
    assert page.locator("html").evaluate("html => html.classList.contains('presenting')")
    leave.click()
    assert not page.locator("html").evaluate("html => html.classList.contains('presenting')")
