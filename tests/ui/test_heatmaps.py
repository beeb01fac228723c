"""Heat maps on the page: the right pixels, the right colours, and the same in words."""

from __future__ import annotations

import base64
import io
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from PIL import Image

from models.compare import Failure
from models.explain import HeatMap
from models.images import to_input
from scenarios import EMOTIONS, Scenario
from tests.toys import toy_scenario
from tests.ui.markup import parse, piece, pieces, words
from ui.heatmaps import render_heat_maps
from ui.text import LANGUAGES, load_text

CROP = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
YELLOW, PURPLE = (253, 231, 37), (68, 1, 84)  # the two ends of viridis


def heat(scenario: str = "toy", *, row: int = 0, column: int = 3) -> HeatMap:
    """A map of 4 x 4 cells that is hot in one."""
    cells = np.zeros((4, 4), dtype=np.float32)
    cells[row, column] = 1
    return HeatMap(scenario, "happy", 0.625, cells)


def toys(*slugs: str) -> dict[str, Scenario]:
    return {slug: toy_scenario(slug, EMOTIONS, size=64) for slug in slugs}


def picture(image: Element) -> np.ndarray:
    """The pixels that an <img> carries."""
    kind, data = (image.get("src") or "").split(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def test_the_picture_is_what_the_model_was_given() -> None:
    scenarios = toys("toy")
    tree = parse(render_heat_maps(load_text("id"), scenarios, CROP, [heat()]))

    given = picture(next(piece(tree, "layers").iter("img")))

    expected = to_input([CROP], scenarios["toy"].input)[0]
    assert given.shape == (64, 64, 3)
    np.testing.assert_allclose(given, expected, atol=0.5)


def test_the_hot_cell_is_light_and_the_others_dark() -> None:
    tree = parse(render_heat_maps(load_text("id"), toys("toy"), CROP, [heat(row=0, column=3)]))

    colours = picture(next(piece(tree, "heat").iter("img")))

    assert colours[5, -5] == pytest.approx(YELLOW, abs=3)
    assert colours[-5, 5] == pytest.approx(PURPLE, abs=3)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("row", "column", "place"), [(0, 3, "0.2"), (3, 0, "2.0"), (0, 0, "0.0"), (3, 3, "2.2")]
)
def test_where_it_is_hot_is_also_said(language: str, row: int, column: int, place: str) -> None:
    text = load_text(language)
    maps = [heat(row=row, column=column)]
    tree = parse(render_heat_maps(text, toys("toy"), CROP, maps))

    sentence = text("looks.where", place=text(f"looks.place.{place}"))
    shown = words(piece(tree, "map"))
    assert sentence in shown
    assert f"{text.emotion('happy')} {text.percent(0.625)}" in shown
    alt = next(piece(tree, "layers").iter("img")).get("alt") or ""
    assert sentence in alt
    assert text.emotion("happy") in alt


def test_a_map_that_is_even_points_nowhere() -> None:
    text = load_text("id")
    even = HeatMap("toy", "happy", 0.5, np.ones((4, 4), dtype=np.float32))
    tree = parse(render_heat_maps(text, toys("toy"), CROP, [even]))
    assert text("looks.where", place=text("looks.place.all")) in words(piece(tree, "map"))


def test_an_empty_map_is_no_picture_but_a_sentence() -> None:
    text = load_text("id")
    nothing = HeatMap("toy", "happy", 0.1, np.zeros((4, 4), dtype=np.float32))
    tree = parse(render_heat_maps(text, toys("toy"), CROP, [nothing]))
    assert pieces(tree, "heat") == []
    assert text("looks.nowhere") in words(piece(tree, "map"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scenario_has_its_place_also_without_a_map(language: str) -> None:
    text = load_text(language)
    failed = Failure("broken", "crashed", {"problem": "?"}, "?")
    page = render_heat_maps(text, toys("unknowing", "broken", "toy"), CROP, [heat(), failed])

    maps = pieces(parse(page), "map")

    assert [found.get("data-scenario") for found in maps] == ["unknowing", "broken", "toy"]
    assert text("looks.unknown") in words(maps[0])
    assert text("column.failed") in words(maps[1])
    assert len(pieces(maps[2], "layers")) == 1
