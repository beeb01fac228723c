"""What a visitor reads while others are before them, and where there is no room at all."""

from __future__ import annotations

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from models.study.crowd import Crowd, Visit, draw_cards
from tests.browser import Visits
from tests.test_browser import PATHS, TWO_FACES, press, upload, wait_for_answers
from ui.text import LANGUAGES, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Route

CROWD = 24
# Keeps everything that is written where the answers will stand.
LISTEN = """() => {
  window.told = [];
  new MutationObserver(() => {
    const line = document.querySelector(".columns-area .progress-text");
    if (line) window.told.push(line.textContent.trim());
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_place_in_the_queue_is_told_in_the_page_s_language(
    visits: Visits, server: str, language: str
) -> None:
    text = load_text(language)
    place = re.escape(text("gradio.queue", place="#", size="#")).replace(r"\#", r"\d+")
    page = visits.open(PATHS[language])
    upload(page, TWO_FACES)
    page.evaluate(LISTEN)
    visitors = Crowd(server)
    cards = draw_cards([TWO_FACES], CROWD)

    async def ask() -> list[Visit]:
        async with visitors.client:
            return await asyncio.gather(*map(visitors.visit, cards))

    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(asyncio.run, ask())
        while not visitors.admitted:
            time.sleep(0.01)
        press(page, language)
        wait_for_answers(page)
        assert [visit.problem for visit in others.result()] == [None] * CROWD

    told = set(page.evaluate("window.told"))
    assert any(re.match(place, words) for words in told), told
    assert not any("queue:" in words for words in told), told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_upload_says_why_and_the_next_is_taken(visits: Visits, language: str) -> None:
    text = load_text(language)
    sentence = text("busy.rate", seconds=3)
    page = visits.open(PATHS[language])
    said = {"status": 429, "json": {"detail": sentence}}
    page.route("**/upload?*", lambda route: route.fulfill(**said))
    page.locator(".upload input[type=file]").set_input_files(TWO_FACES)
    page.get_by_text(sentence, exact=True).wait_for()
    page.unroute("**/upload?*")
    page.route("**/upload?*", lambda route: route.abort())
    page.locator(".upload input[type=file]").set_input_files(TWO_FACES)
    page.get_by_text(text("gradio.unreached"), exact=True).wait_for()
    page.unroute("**/upload?*")
    visits.problems.clear()  # the browser calls these errors

    upload(page, TWO_FACES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_is_no_room_the_page_says_so(visits: Visits, language: str) -> None:
    sentence = load_text(language)("busy.full", waiting=200, number=201, seconds=60)

    def refuse(route: Route) -> None:
        route.fulfill(status=429, json={"detail": sentence}, headers={"Retry-After": "60"})

    page = visits.open(PATHS[language])
    upload(page, TWO_FACES)
    page.route("**/queue/join*", refuse)
    press(page, language)
    page.get_by_text(sentence).wait_for()
    page.unroute("**/queue/join*")
    visits.problems.clear()  # the browser calls a 429 an error

    press(page, language)
    wait_for_answers(page)
