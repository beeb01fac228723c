"""Cards of samples say the label, every answer and whether it is right."""

from __future__ import annotations

import base64
import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from scenarios import Scenario
from tests.toys import COLOURS, coloured, toy_scenario
from tests.ui.markup import parse, piece, pieces, words
from ui.gallery import render_gallery
from ui.samples import Drawn, Said, Sample
from ui.text import LANGUAGES, load_text

SCENARIOS: dict[str, Scenario] = {
    slug: replace(toy_scenario(slug), title=f"Model {slug}") for slug in ("a", "b", "c")
}
IMAGE = coloured("sad", np.random.default_rng(0))
SAMPLE = Sample(
    IMAGE, "Sad.1.jpg", "sad", {"a": Said("sad", 0.876), "b": Said("happy", 0.5), "c": None}
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_says_in_words_whether_it_is_right(language: str) -> None:
    text = load_text(language)
    tree = parse(render_gallery(text, SCENARIOS, Drawn((SAMPLE,), 1, 1, 30)))
    card = piece(tree, "sample")
    assert words(next(card.iter("h4"))) == text("emotion.sad")
    assert "Sad.1.jpg" in words(card)
    right, wrong, failed = (words(row) for row in card.iter("li"))
    assert right == f"Model a {text('emotion.sad')} {text.percent(0.876)}, {_mark(text, 'right')}"
    assert wrong == f"Model b {text('emotion.happy')} {text.percent(0.5)}, {_mark(text, 'wrong')}"
    assert failed == f"Model c {_mark(text, 'failed')}"


def _mark(text: object, kind: str) -> str:
    assert callable(text)
    return str(text(f"gallery.mark.{kind}"))


def test_a_label_that_a_scenario_does_not_know_is_neither_right_nor_wrong() -> None:
    text = load_text("en")
    sample = replace(SAMPLE, label="angry", said={"a": Said("sad", 0.9)})
    tree = parse(render_gallery(text, {"a": SCENARIOS["a"]}, Drawn((sample,), 1, 1, 1)))
    (row,) = piece(tree, "sample").iter("li")
    assert row.get("class") == "outside"
    assert words(row).endswith(text("gallery.mark.outside"))


def test_the_picture_is_inside_the_page_pixel_by_pixel() -> None:
    tree = parse(render_gallery(load_text("id"), SCENARIOS, Drawn((SAMPLE,), 1, 1, 1)))
    (image,) = tree.iter("img")
    kind, _, content = image.get("src", "").partition(",")
    assert kind == "data:image/png;base64"
    decoded = Image.open(io.BytesIO(base64.b64decode(content)))
    np.testing.assert_array_equal(np.asarray(decoded), IMAGE)
    assert image.get("alt") == load_text("id")("gallery.alt", emotion="Sedih")


@pytest.mark.parametrize(
    ("wrong_by", "drawn", "key", "values"),
    [
        (None, Drawn((SAMPLE,) * 2, 13, 24, 3_589), "range", {}),
        ("b", Drawn((SAMPLE,) * 2, 13, 24, 3_589), "found", {"n": "2", "model": "Model b"}),
        ("b", Drawn((), 1, 96, 3_589), "found", {"n": "0", "model": "Model b"}),
        ("b", Drawn((), 1, 0, 0), "unknown", {"model": "Model b"}),
    ],
)
def test_it_says_where_among_the_images_they_stand(
    wrong_by: str | None, drawn: Drawn, key: str, values: dict[str, str]
) -> None:
    text = load_text("id")
    tree = parse(render_gallery(text, SCENARIOS, drawn, wrong_by))
    places = {name: text.number(getattr(drawn, name)) for name in ("first", "last", "total")}
    said = piece(tree, "found")
    assert words(said) == text(f"gallery.{key}", **values, **places)
    assert said.get("role") == "status"
    assert len(pieces(tree, "sample")) == len(drawn.samples)


def test_names_are_escaped() -> None:
    sample = replace(SAMPLE, name="<b>.jpg")
    html = render_gallery(load_text("id"), SCENARIOS, Drawn((sample,), 1, 1, 1))
    assert "<b>.jpg" not in html
    assert tuple(COLOURS) == SCENARIOS["a"].emotions
