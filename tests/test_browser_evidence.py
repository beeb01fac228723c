"""The evidence page in headless Chromium: its way there, its words, its widths and its contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scenarios import Scenario
from tests.browser import Visits
from tests.test_browser import CONTRASTS, WIDTHS
from tests.ui.studies import ABLATION, DISAGREEMENT, REGIONS, SUBSET
from tests.ui.test_evidence import REFERENCES, RESULT, comparison
from ui.evidence import render_evidence
from ui.header import PATHS
from ui.text import LANGUAGES, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Page


def visit(visits: Visits, language: str, **options: Any) -> Page:
    return visits.open(f"/{PATHS[language]['evidence']}", shows=".evidence", **options)


def fill(page: Page, scenarios: dict[str, Scenario], language: str) -> None:
    """Show figures for every scenario: the server's toys were never measured."""
    asked = list(scenarios.values())
    results = {slug: {**RESULT, "scenario": slug} for slug in scenarios}
    first, second, *_ = scenarios
    known = results, comparison(first=first, second=second), REFERENCES
    html = render_evidence(
        load_text(language),
        asked,
        *known,
        ABLATION,
        REGIONS,
        subset=SUBSET,
        disagreement=DISAGREEMENT,
    )
    page.locator(".evidence").evaluate("(old, html) => { old.outerHTML = html; }", html)
    page.wait_for_selector(".evidence .confusion")
    page.evaluate("() => document.querySelectorAll('details').forEach(e => { e.open = true; })")


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_click_there_and_one_back(visits: Visits, language: str) -> None:
    text = load_text(language)
    page = visits.open("/" if language == "id" else "/en")

    page.get_by_role("link", name=text("nav.evidence"), exact=True).click()
    page.locator(".evidence").wait_for()
    assert page.locator("html").get_attribute("lang") == language
    shown = page.locator(".evidence").inner_text()
    assert text("evidence.accuracy") in shown
    assert text("evidence.none") in shown, "the toys were not measured"

    page.get_by_role("link", name=text("nav.compare"), exact=True).click()
    page.locator(".comparison .scenario").first.wait_for()


def test_the_language_link_keeps_the_page(visits: Visits) -> None:
    page = visit(visits, "id")
    for language, link in (("en", "English"), ("id", "Bahasa Indonesia")):
        page.get_by_role("link", name=link).click()
        title = load_text(language)("evidence.accuracy")
        page.get_by_role("heading", name=title, exact=True).wait_for()
        assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways(
    visits: Visits, scenarios: dict[str, Scenario], language: str
) -> None:
    page = visit(visits, language)
    fill(page, scenarios, language)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("width => innerWidth === width", arg=width)
        beyond = page.evaluate(
            "() => [...document.querySelectorAll('.evidence *:not(.scroll *)')]"
            ".filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
            ".map(e => e.className || e.tagName)"
        )
        assert beyond == [], f"at {width} px"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_against_its_ground(
    visits: Visits, scenarios: dict[str, Scenario], scheme: str
) -> None:
    page = visit(visits, "id", color_scheme=scheme, reduced_motion="reduce")
    fill(page, scenarios, "id")
    found = page.evaluate(CONTRASTS)
    words = {piece["words"] for piece in found}
    text = load_text("id")
    assert {text("evidence.accuracy"), text("evidence.confusion"), "75%"} <= words
    assert {p["words"]: round(p["ratio"], 2) for p in found if p["ratio"] < 4.5} == {}
