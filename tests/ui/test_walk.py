"""The steps on the page: the pictures and numbers that belong to them."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from xml.etree.ElementTree import Element

import numpy as np
import pytest
from PIL import Image

from models.faces import Face
from models.images import read_image
from models.walk import Step
from tests.pictures import corners, oriented
from tests.toys import toy_scenario
from tests.ui.markup import parse, pieces, words
from ui.text import LANGUAGES, load_text
from ui.walk import render_walk

CROP = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
FACE = Face((20, 10, 40, 50), 0.987, True, CROP, ())
GIVEN = Step("input", "", np.full((48, 48, 3), 51, dtype=np.float32), 0.0, 255.0)
HALVED = Step("rescale", "to_unit", GIVEN.pixels / 255, 0.0, 1.0)
MEAN = Step("bgr", "bgr_and_mean", GIVEN.pixels - 103.9, -123.7, 151.1)


def photo(orientation: int = 1) -> Image.Image:
    return read_image(oriented(orientation, "PNG"))


def figures(tree: Element) -> list[Element]:
    return [item for group in pieces(tree, "steps-shown") for item in group]


def picture(figure: Element) -> Image.Image:
    (image,) = figure.iter("img")
    return Image.open(io.BytesIO(base64.b64decode((image.get("src") or "").split(",")[1])))


@pytest.mark.parametrize("language", LANGUAGES)
def test_models_of_one_way_stand_together_and_each_step_has_its_numbers(language: str) -> None:
    text = load_text(language)
    one, two, other = (toy_scenario(slug) for slug in ("one", "two", "other"))
    paths = [(one, [GIVEN, HALVED]), (other, [GIVEN, MEAN]), (two, [GIVEN, HALVED])]

    tree = parse(render_walk(text, photo(), FACE, paths))

    titles = [words(title) for title in tree.iter("h4")]
    assert titles == [text("sees.all"), text.join(["one", "two"]), "other"]
    shown = [words(figure) for figure in figures(tree)]
    assert len(shown) == 4 + 2 + 2
    assert text("sees.upright.what", width="96", height="64") in shown[0]
    assert text("sees.box.what", score=text.percent(0.987)) in shown[1]
    assert text("sees.crop.what", side=60) in shown[2]
    assert text("sees.native.what", side=48) in shown[3]
    assert text("sees.range", low="0", high="1") in shown[5]
    assert text("sees.range", low=text.number(-123.7, 1), high=text.number(151.1, 1)) in shown[7]


def test_each_picture_is_the_step_s_own() -> None:
    paths = [(toy_scenario("one"), [GIVEN, HALVED])]
    tree = parse(render_walk(load_text("id"), photo(), FACE, paths))
    upright, _, crop, native, given, halved = (picture(figure) for figure in figures(tree))
    assert corners(upright.convert("RGB"))[0][0] > 200  # red, top left
    assert crop.size == (60, 60)
    assert native.size == given.size == halved.size == (48, 48)
    assert np.unique(np.asarray(given)) == np.unique(np.asarray(halved)) == [51]


def test_the_box_and_what_is_cut_are_drawn_where_they_lie() -> None:
    plain = Image.new("RGB", (200, 200))
    plain.info = {"upright_size": (200, 200), "orientation": 1}
    tree = parse(render_walk(load_text("id"), plain, replace(FACE, box=(60, 50, 80, 100)), []))
    marked = np.asarray(picture(figures(tree)[1]).convert("RGB")).astype(int)
    assert marked[100, 60:62].min() > 180, "a white line on the box's left edge"
    assert marked[100, 100].max() < 40, "nothing is drawn over the face"
    left = (60 + 140 - round(1.15 * (80 * 100) ** 0.5)) // 2
    assert marked[100, left + 2, 1] > 150, "a green line where the crop begins"
    assert marked[100, : left - 3].max() < 60


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_photo_that_lies_is_shown_as_it_is_stored(orientation: int) -> None:
    text = load_text("en")
    tree = parse(render_walk(text, photo(orientation), FACE, []))
    stored, upright = (picture(figure) for figure in figures(tree)[:2])
    file = Image.open(io.BytesIO(oriented(orientation, "PNG"))).convert("RGB")
    assert stored.size == file.size
    assert upright.size == (96, 64)
    difference = np.abs(np.array(corners(stored.convert("RGB"))) - np.array(corners(file)))
    assert difference.max() < 40, "JPEG colours, but no quarter in another's place"


def test_a_picture_without_a_face_says_so() -> None:
    text = load_text("id")
    whole = Face((16, 0, 64, 64), 0.0, False, CROP, ())
    tree = parse(render_walk(text, photo(), whole, []))
    assert text("sees.box.whole") in words(figures(tree)[1])
