"""The method page in headless Chromium: its way there, its words, its widths and its contrast."""

from __future__ import annotations

import pytest

from scenarios import Scenario
from tests.browser import DAMAGED, Visits
from tests.test_browser import CONTRASTS, WIDTHS, overflow
from ui.header import PATHS
from ui.text import LANGUAGES, load_text


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_click_there_and_each_network_is_drawn(
    visits: Visits, scenarios: dict[str, Scenario], language: str
) -> None:
    text = load_text(language)
    page = visits.open("/" if language == "id" else "/en")

    page.get_by_role("link", name=text("nav.method"), exact=True).click()
    page.locator(".method").wait_for()

    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".networks article").count() == len(scenarios)
    assert page.locator(".networks .segments").count() == len(scenarios) - 1
    damaged = page.locator(".networks article", has_text=text(scenarios[DAMAGED].title))
    assert text("column.failed") in damaged.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_table_and_drawing_scroll_in_their_boxes(visits: Visits, language: str) -> None:
    page = visits.open(f"/{PATHS[language]['method']}", shows=".method")
    assert {width: overflow(page, width) for width in WIDTHS} == dict.fromkeys(WIDTHS, 0)
    wide = page.locator(".method .scroll")
    assert wide.count() == 2, "the table, and the drawing of the SE block"
    for box in wide.all():
        assert box.evaluate("box => box.scrollWidth > box.clientWidth"), "at the narrowest width"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_against_its_ground(visits: Visits, scheme: str) -> None:
    page = visits.open(f"/{PATHS['id']['method']}", shows=".method", color_scheme=scheme)
    found = page.evaluate(CONTRASTS)
    words = {piece["words"] for piece in found}
    assert {load_text("id")(key) for key in ("method.learns", "method.se.lead")} <= words
    assert {p["words"]: round(p["ratio"], 2) for p in found if p["ratio"] < 4.5} == {}
