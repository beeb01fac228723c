"""The report in headless Chromium: one click hands the browser its files."""

from __future__ import annotations

import base64
import csv
import io
import json

import pytest
from pypdf import PdfReader

from scenarios import Scenario
from tests.browser import DAMAGED, Visits
from tests.test_browser import EXAMPLES, PATHS, press, upload, wait_for_answers
from ui.text import LANGUAGES, load_text


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_click_gives_the_pdf_and_the_numbers(
    visits: Visits, scenarios: dict[str, Scenario], language: str
) -> None:
    text = load_text(language)
    page = visits.open(PATHS[language])
    make = page.get_by_role("button", name=text("report.button"), exact=True)
    assert not make.is_visible(), "without answers there is nothing to report"
    upload(page, EXAMPLES / "hopper.jpg")
    press(page, language)
    wait_for_answers(page)

    with page.expect_download() as download:
        make.click()

    assert download.value.suggested_filename.endswith(".pdf")
    (sheet,) = PdfReader(download.value.path()).pages
    words = sheet.extract_text()
    assert text("report.title") in words
    assert all(text(scenario.title) in words for scenario in scenarios.values())
    links = {
        (link.get_attribute("download") or "").rpartition(".")[2]: base64.b64decode(
            (link.get_attribute("href") or "").partition(",")[2]
        ).decode("utf-8-sig" if number else "latin-1")
        for number, link in enumerate(page.locator(".report-files a").all())
    }
    rows = list(csv.DictReader(io.StringIO(links["csv"], newline="")))
    assert {row["scenario"] for row in rows} == set(scenarios)
    assert [row["scenario"] for row in rows if row["failure"]] == [DAMAGED]
    predictions = json.loads(links["json"])["predictions"]
    assert [found["scenario"] for found in predictions] == list(scenarios)

    page.get_by_text(text("report.picture.face"), exact=True).click()
    page.locator(".report-files a").first.wait_for(state="detached")
