"""What a visitor reads while others are before them, and where there is no room at all."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from gradio_client import Client, handle_file

from tests.browser import Visits
from tests.test_browser import PATHS, TWO_FACES, press, upload, wait_for_answers
from ui.text import LANGUAGES, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

CROWD = 12
# Keeps everything that is written over what is being worked out, and what is spoken.
LISTEN = """() => {
  window.told = [];
  const listen = () => {
    for (const piece of document.querySelectorAll(".progress-text, .spoken"))
      if (piece.textContent.trim()) window.told.push(piece.textContent.trim());
  };
  new MutationObserver(listen).observe(
    document.body, { subtree: true, childList: true, characterData: true });
}"""


def told(page: Page) -> set[str]:
    """What was written meanwhile, without the seconds that Gradio counts."""
    return {re.sub(r"\s*[\d.]+(/[\d.]+)?s$", "", words) for words in page.evaluate("window.told")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_place_in_the_queue_is_told_in_the_page_s_language(
    visits: Visits, server: str, language: str
) -> None:
    text = load_text(language)
    place = re.escape(text("busy.place", number="#", waiting="#")).replace(r"\#", r"\d+")
    page = visits.open(PATHS[language])
    upload(page, TWO_FACES)
    page.evaluate(LISTEN)
    clients = [Client(server, verbose=False) for _ in range(CROWD)]
    with ThreadPoolExecutor(CROWD) as pool:
        jobs = [client.submit(handle_file(TWO_FACES), api_name="/compare") for client in clients]
        press(page, language)
        wait_for_answers(page)
        list(pool.map(lambda job: job.result(), jobs))

    found = told(page)
    assert any(re.fullmatch(place, words) for words in found), found
    assert all(
        not words or re.fullmatch(place, words) or words == text("busy.turn") for words in found
    )
    spoken = page.locator(".spoken[role=status]")
    assert spoken.count() == 1
    assert spoken.inner_text() in found


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
