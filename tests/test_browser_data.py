"""The page about the data in headless Chromium: its figures, and samples of a toy dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import Visits
from tests.test_browser import CONTRASTS, WIDTHS, overflow
from ui.header import PATHS
from ui.text import LANGUAGES, Text, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Page


def visit(visits: Visits, language: str, **options: Any) -> Page:
    return visits.open(f"/{PATHS[language]['data']}", shows=".data", **options)


def show(page: Page, text: Text) -> None:
    """Press the button and wait for the first samples."""
    page.get_by_role("button", name=text("gallery.show"), exact=True).click()
    page.locator(".sample").first.wait_for()


def choose(page: Page, label: str, option: str) -> None:
    """Choose in one of Gradio's dropdowns."""
    box = page.get_by_label(label, exact=True)
    box.click()
    page.get_by_role("option", name=option, exact=True).click()


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_click_there_and_the_figures_stand(visits: Visits, language: str) -> None:
    text = load_text(language)
    page = visits.open("/" if language == "id" else "/en")

    page.get_by_role("link", name=text("nav.data"), exact=True).click()
    page.locator(".data").wait_for()

    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".data .distribution").count() == 6
    shown = page.locator(".data").inner_text()
    assert text.number(28_709) in shown
    assert text("data.noise.network.none") in shown, "the toys were not examined"


def test_the_language_link_keeps_the_page(visits: Visits) -> None:
    page = visit(visits, "id")
    for language, link in (("en", "English"), ("id", "Bahasa Indonesia")):
        page.get_by_role("link", name=link).click()
        title = load_text(language)("data.classes")
        page.get_by_role("heading", name=title, exact=True).wait_for()
        assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_samples_are_shown_page_by_page_and_end_nowhere_else(visits: Visits, language: str) -> None:
    text = load_text(language)
    page = visit(visits, language)
    show(page, text)
    place = page.locator(".samples .found")
    assert place.inner_text() == text("gallery.range", first="1", last="12", total="25")
    assert page.locator(".sample").count() == 12
    assert text("gallery.mark.failed") in page.locator(".sample").first.inner_text(), "damaged"

    page.get_by_role("button", name=text("gallery.more"), exact=True).click()
    page.get_by_text(text("gallery.range", first="13", last="24", total="25")).wait_for()

    pictures = page.locator(".sample img")
    sources = [picture.get_attribute("src") or "" for picture in pictures.all()]
    assert {source.partition(",")[0] for source in sources} == {"data:image/png;base64"}
    assert [asked for asked in visits.requests if asked.endswith((".jpg", ".png"))] == []


def test_samples_can_be_filtered_by_label_and_by_who_was_wrong(visits: Visits) -> None:
    text = load_text("id")
    page = visit(visits, "id")
    choose(page, text("gallery.wrong"), text("scenario.vgg19.title"))
    page.locator(".sample").first.wait_for()
    assert page.locator(".sample").count() == 1, "only the blue one that is labelled happy"
    card = page.locator(".sample").inner_text()
    assert "Happy.8.jpg" in card
    assert f"{text('emotion.sad')}" in card
    assert text("gallery.mark.wrong") in card

    choose(page, text("gallery.emotion"), text("emotion.disgust"))
    model = text("scenario.vgg19.title")
    none = text("gallery.found", n="0", model=model, first="1", last="8", total="8")
    page.get_by_text(none).wait_for()
    assert page.locator(".sample").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_scrolls_sideways(visits: Visits, language: str) -> None:
    page = visit(visits, language)
    show(page, load_text(language))
    assert {width: overflow(page, width) for width in WIDTHS} == dict.fromkeys(WIDTHS, 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_against_its_ground(visits: Visits, scheme: str) -> None:
    text = load_text("id")
    page = visit(visits, "id", color_scheme=scheme, reduced_motion="reduce")
    show(page, text)
    found = page.evaluate(CONTRASTS)
    words = {piece["words"] for piece in found}
    assert {text("data.classes"), text("gallery.mark.right"), text("gallery.mark.wrong")} <= words
    assert {p["words"]: round(p["ratio"], 2) for p in found if p["ratio"] < 4.5} == {}
