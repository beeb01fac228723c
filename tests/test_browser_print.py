"""On paper: dark text on white whatever the theme, nothing cut off, nothing to be pressed."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.browser import Visits
from tests.test_browser import CONTRASTS, overflow
from ui.header import PATHS
from ui.text import load_text

PAPER = 720  # CSS pixels across an A4 page between Chromium's margins
CUT_OFF = """() => [...document.querySelectorAll(".scroll")]
  .filter((box) => getComputedStyle(box).overflowX !== "visible")
  .map((box) => box.textContent.slice(0, 40))"""


@pytest.mark.parametrize("name", ["compare", "evidence", "data", "method", "program"])
def test_a_printed_page_is_whole_and_black_on_white(visits: Visits, name: str) -> None:
    path = PATHS["id"][name].strip(".")
    page = visits.open(f"/{path}", shows=".colophon", color_scheme="dark", reduced_motion="reduce")
    page.emulate_media(media="print")
    assert overflow(page, PAPER) == 0
    assert page.evaluate(CUT_OFF) == []
    with Image.open(io.BytesIO(page.screenshot())) as paper:
        assert paper.convert("RGB").getpixel((2, paper.height - 2)) == (255, 255, 255)
    found = page.evaluate(CONTRASTS)
    assert {piece["words"]: piece["ratio"] for piece in found if piece["ratio"] < 4.5} == {}
    words = {piece["words"] for piece in found}
    assert load_text("id")("page.note") in words
    assert not words & {load_text("id")(key) for key in ("nav.present", "predict.button")}
