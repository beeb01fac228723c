"""One's own test set in headless Chromium: zips and photos dropped, figures, CSV, stopping."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scenarios import Scenario
from tests import zips
from tests.browser import DAMAGED, Visits, coloured
from tests.pictures import bad
from tests.test_browser import CONTRASTS, EXAMPLES, WIDTHS, overflow, press, wait_for_answers
from tests.test_browser import upload as upload_photo
from ui.header import PATHS
from ui.own_test_rows import ROWS
from ui.text import LANGUAGES, Text, load_text

if TYPE_CHECKING:
    from playwright.sync_api import Page


def visit(visits: Visits, language: str, **options: Any) -> Page:
    return visits.open(f"/{PATHS[language]['own']}", shows=".own-intro", **options)


def drop(page: Page, *paths: Path) -> None:
    page.locator(".own-files input[type=file]").set_input_files(list(paths))
    page.wait_for_selector(".own-files .file-preview")


def press_start(page: Page, text: Text) -> None:
    page.get_by_role("button", name=text("own.start"), exact=True).click()


def wait_for_results(page: Page) -> str:
    """The sentence on how it ended."""
    page.locator(".own-results .photos").wait_for()
    return page.locator(".notice.hint").inner_text()


def download(page: Page, text: Text, folder: Path) -> list[dict[str, str]]:
    with page.expect_download() as started:
        page.get_by_text(text("own.download"), exact=True).click()
    path = folder / "answers.csv"
    started.value.save_as(path)
    assert started.value.suggested_filename.endswith(".csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_zip_with_truth_gives_figures_and_a_csv(
    visits: Visits, scenarios: dict[str, Scenario], tmp_path: Path, language: str
) -> None:
    text = load_text(language)
    members = zips.set_of_faces(36) | {
        "test/sedih/notes.txt": b"no picture",
        "test/sedih/more.zip": zips.zipped({"a.png": b""}),
        "__MACOSX/test/sedih/._0.png": b"junk",
    }
    page = visit(visits, language)
    page.evaluate(
        """() => { window.bars = []; new MutationObserver(() => {
          const bar = document.querySelector(".run progress");
          if (bar) window.bars.push(bar.value);
        }).observe(document.body, { childList: true, subtree: true, attributes: true }); }"""
    )
    drop(page, zips.write_zip(tmp_path / "set.zip", members))
    press_start(page, text)
    ended = wait_for_results(page)

    done = page.evaluate("window.bars")
    assert done == sorted(done)
    assert len(set(done)) > 2, "the bar moves while it runs"
    assert text("own.progress", done=110, total=110).split()[0] in ended
    assert "108" in ended

    # The toys take a colour for their first, second and third emotion.
    knowing = [s for s in scenarios.values() if len(s.emotions) == 3 and s.slug != DAMAGED]
    for scenario in knowing:
        card = page.locator(f".own-cards [data-scenario={scenario.slug}]").inner_text()
        assert text.percent(1) in card
        assert text.percent(1 / 3) in card, "the baseline"
    assert page.locator(".own-results .confusion").count() == len(scenarios) - 1
    damaged = page.locator(".own-cards article", has_text=text(scenarios[DAMAGED].title))
    assert text("column.failed") in damaged.inner_text()

    rows = download(page, text, tmp_path)
    assert len(rows) == 110
    assert {row["file"] for row in rows} == {name for name in members if "MACOSX" not in name}
    assert sum(row[f"{knowing[0].slug}.right"] == "yes" for row in rows) == 108
    assert {row["problem"] for row in rows} == {
        "",
        text("error.image.not_an_image"),
        text("error.archive.nested"),
    }

    shown = page.locator(".photos tbody tr")
    assert shown.count() == ROWS
    page.get_by_label(text("own.part")).click()
    page.get_by_role("option").nth(1).click()
    page.wait_for_function("document.querySelectorAll('.photos tbody tr').length === 10")
    page.get_by_label(text("own.order")).click()
    page.get_by_role("option", name=text("own.order.problems")).click()
    page.wait_for_function("document.querySelectorAll('.photos tbody tr').length === 2")
    assert text("error.archive.nested") in shown.nth(1).inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_photos_with_a_bad_file_among_them(
    visits: Visits, scenarios: dict[str, Scenario], tmp_path: Path, language: str
) -> None:
    text = load_text(language)
    damaged = tmp_path / "=half.jpg"
    damaged.write_bytes(bad()["half a JPEG"][0])
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"no zip")
    page = visit(visits, language)

    press_start(page, text)
    page.locator(".notice", has_text=text("own.none")).wait_for()

    two_faces = EXAMPLES / "collins-and-hopper.jpg"
    drop(page, coloured(tmp_path, 0), damaged, two_faces, broken)
    press_start(page, text)
    wait_for_results(page)

    rows = page.locator(".photos tbody tr")
    assert rows.count() == 4
    assert rows.nth(0).locator(".answer-cell b").count() == len(scenarios) - 1
    assert text("error.image.truncated") in rows.nth(1).inner_text()
    assert text("own.table.faces", count=2) in rows.nth(2).inner_text()
    assert text("error.archive.not_a_zip") in rows.nth(3).inner_text()
    assert text("own.no_truth") in page.locator(".own-results").first.inner_text()
    assert [row["file"] for row in download(page, text, tmp_path)][1].startswith("'=")


def test_stopping_keeps_what_was_done_and_others_are_answered_meanwhile(
    visits: Visits, tmp_path: Path
) -> None:
    text, total = load_text("id"), 4500
    face = zips.face("happy")
    members = {f"senang/{number}.png": face for number in range(total)}
    page, other = visit(visits, "id"), visits.open("/")
    drop(page, zips.write_zip(tmp_path / "set.zip", members))
    upload_photo(other, coloured(tmp_path, 1))
    press_start(page, text)
    page.wait_for_selector(".run progress[value]:not([value='0'])")

    press(other)
    wait_for_answers(other)
    assert page.locator(".run progress").is_visible(), "the test still runs"

    page.get_by_role("button", name=text("own.stop"), exact=True).click()
    ended = wait_for_results(page)

    sentence = re.escape(text("own.stopped", done="#", total="4.500", read="#"))
    found = re.fullmatch(sentence.replace(r"\#", r"([\d.]+)"), ended)
    assert found, ended
    done = int(found[1].replace(".", ""))
    assert 0 < done < total
    assert len(download(page, text, tmp_path)) == done
    assert page.get_by_role("button", name=text("own.start"), exact=True).is_enabled()
    assert not page.get_by_role("button", name=text("own.stop"), exact=True).is_visible()


def test_the_language_link_keeps_the_page(visits: Visits) -> None:
    page = visit(visits, "id")
    for language, link in (("en", "English"), ("id", "Bahasa Indonesia")):
        page.get_by_role("link", name=link).click()
        title = load_text(language)("own.title")
        page.get_by_role("heading", name=title, exact=True).wait_for()
        assert page.locator("html").get_attribute("lang") == language
        zone = page.locator(".own-files [data-testid=upload-text]")
        assert load_text(language)("gradio.own.upload_text.drop_file") in zone.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_results_fit_every_screen_and_can_be_read(
    visits: Visits, tmp_path: Path, scheme: str
) -> None:
    text = load_text("id")
    page = visit(visits, "id", color_scheme=scheme, reduced_motion="reduce")
    empty = {width: overflow(page, width) for width in WIDTHS}
    page.set_viewport_size({"width": 1440, "height": 900})
    members = zips.set_of_faces(3) | {f"test/{'sangat' * 20}.txt": b"no picture"}
    drop(page, zips.write_zip(tmp_path / "set.zip", members))
    press_start(page, text)
    wait_for_results(page)

    found = page.evaluate(CONTRASTS)
    words = {piece["words"] for piece in found}
    assert {text(key) for key in ("own.scores", "own.table.wrong", "own.table.right")} <= words
    assert {p["words"]: round(p["ratio"], 2) for p in found if p["ratio"] < 4.5} == {}
    answered = {width: overflow(page, width) for width in WIDTHS}
    assert empty == answered == dict.fromkeys(WIDTHS, 0)
